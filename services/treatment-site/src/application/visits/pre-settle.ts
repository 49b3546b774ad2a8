import { localDateAt } from '@yijie/calendar';
import type { PreSettleRequest, PreSettleResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { fundTotal, type Shares } from '@yijie/money';
import { failureOf, idToText } from '@yijie/runtime';
import { sharesFlaw } from '../../core/result.ts';
import { decideSettle, linesToLoad } from '../../core/settle.ts';
import type { Caller } from '../caller.ts';
import { homePart } from '../commands/answers.ts';
import { settleBody } from '../commands/new-command.ts';
import type { RefusedCall } from '../diagnosis/record-refusals.ts';
import { idOf } from '../ids.ts';
import { questionRefusal } from '../questions/question-failures.ts';
import type { Site } from '../site.ts';
import { budgetOf } from './budget.ts';

const NO_HASH = Buffer.alloc(0);

/** 2303 / 2206: the settlement that would be. Nothing is written anywhere; a stay is quoted as if discharged today. */
export async function preSettle(
  site: Site,
  request: PreSettleRequest,
  caller: Caller,
): Promise<PreSettleResponse> {
  const startMs = site.clock.now();
  const { settlementInstant } = site.settings;
  const refused = (
    refusal: Refusal,
    seen: Pick<RefusedCall, 'homePool' | 'refusedBy'> = {},
  ): PreSettleResponse => {
    site.flow.refused(refusal.code);
    const { institutionCode } = caller;
    const call = { institutionCode, call: 'pre-settle', subject: request.visitId, ...seen };
    const failure = failureOf(site.refusals.record(call, refusal));
    return { quote: undefined, quoteHash: NO_HASH, failure: { ...failure, sameKeyMayRetry: true } };
  };
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined)
    return refused(refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode }));
  const visitId = idOf(request.visitId);
  const visit = await site.visits.find(caller.institutionCode, visitId);
  const settledAtMs = settlementInstant(startMs);
  const today = localDateAt(settledAtMs);
  const statement = {
    totalFen: request.totalFen,
    useAccount: request.useAccount,
    quoteHash: NO_HASH,
    lines: [],
    // A running stay is quoted as it would be if it ended today.
    dischargeDate: 0,
    dischargeDiagnosisCode: '',
    paidInFull: false,
    interim: false,
  };
  const decision = decideSettle(statement, {
    visit,
    storedLines:
      visit && linesToLoad(visit, statement) ? await site.visits.storedLines(visit.visitId) : undefined,
    index: site.mappings.indexFor(caller.institutionCode),
    today,
    idText: idToText,
    endsToday: true,
  });
  if (!decision.ok) return refused(decision);
  const { homePool, personToken } = decision.visit;
  const reply = await site.home.ask(
    institution,
    homePool,
    {
      $case: 'preSettle',
      preSettle: {
        personToken,
        settle: settleBody(decision, statement, institution, settledAtMs),
      },
    },
    budgetOf(site, caller),
    caller.traceParent,
  );
  if (reply?.result?.$case !== 'quoted') {
    if (reply === undefined) site.flow.unanswered(homePool);
    const refusedBy = reply === undefined ? 'treatment-site' : 'home-region';
    return refused(questionRefusal(site, reply, homePool), { homePool, refusedBy });
  }
  const { quoted } = reply.result;
  const shares = quoted.shares as Shares | undefined;
  const flaw = sharesFlaw(shares, decision.bill.totalFen);
  if (flaw !== undefined || shares === undefined) {
    site.logger.error('quote-does-not-balance', { homePool, reason: flaw ?? 'no shares' });
    site.flow.invariantBroken('I1');
    return refused(refuse('STL-SUM'));
  }
  site.quotes.remember(quoted.quoteHash, { fundFen: fundTotal(shares), cashFen: shares.personalCashFen });
  site.flow.quoted(homePool, site.clock.now() - startMs);
  return {
    quote: {
      settlementId: '',
      refundedSettlementId: '',
      visitId: request.visitId,
      state: 'PRE-SETTLED',
      totalFen: decision.bill.totalFen,
      categories: decision.bill.categories as unknown as NonNullable<
        PreSettleResponse['quote']
      >['categories'],
      treatmentPool: institution.pool,
      homePool,
      ...homePart(quoted),
    },
    quoteHash: quoted.quoteHash,
    failure: undefined,
  };
}
