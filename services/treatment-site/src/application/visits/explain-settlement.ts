import type {
  ExplainSettlementRequest,
  ExplainSettlementResponse,
  ExplanationStep,
} from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { failureOf } from '@yijie/runtime';
import type { SettlementRecord } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { questionRefusal } from '../questions/question-failures.ts';
import type { Site } from '../site.ts';
import { budgetOf } from './budget.ts';
import { visibleSettlement } from './get-settlement.ts';

/** Which rule of which policy version gave each amount: asked of the home region, which keeps the inputs. */
export async function explainSettlement(
  site: Site,
  request: ExplainSettlementRequest,
  caller: Caller,
): Promise<ExplainSettlementResponse | Refusal> {
  const record = await visibleSettlement(site, request.settlementId, caller);
  if ('ok' in record) return record;
  const explained = await askExplanation(site, record, caller);
  return 'ok' in explained
    ? { steps: [], failure: failureOf(explained) }
    : { steps: explained.steps, failure: undefined };
}

export async function askExplanation(
  site: Site,
  { command }: SettlementRecord,
  caller: Caller,
): Promise<{ readonly steps: ExplanationStep[] } | Refusal> {
  const institution = site.institutions.find(command.institutionCode);
  if (institution === undefined) return refuse('ORG-UNKNOWN', { institutionCode: command.institutionCode });
  const reply = await site.home.ask(
    institution,
    command.homePool,
    { $case: 'explain', explain: { settlementId: command.commandId } },
    budgetOf(site, caller),
    caller.traceParent,
  );
  if (reply?.result?.$case === 'explained') return { steps: reply.result.explained.steps };
  if (reply === undefined) site.flow.unanswered(command.homePool);
  return questionRefusal(site, reply, command.homePool);
}
