import { unmappedItems } from '@yijie/catalogue';
import type { WithBillLines } from '@yijie/contracts/hot';
import { SettleRequest, type SettleResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { CALL, type CommandResult, OUTCOME, type StoredCommand } from '../../core/command.ts';
import { isKey } from '../../core/form.ts';
import type { Caller } from '../caller.ts';
import { pendingOutcome, refusalOf, refusedHere, settleAnswer } from '../commands/answers.ts';
import { awaitAnswer } from '../commands/await-answer.ts';
import { bodyHash } from '../commands/body-hash.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';

/** 2304 / 2207: accepts the settlement, then waits for the home region as long as the caller does. */
export async function settleVisit(
  site: Site,
  request: WithBillLines<SettleRequest>,
  caller: Caller,
): Promise<SettleResponse> {
  if (!isKey(request.idempotencyKey)) return refusedSettle(site, request, caller, refuse('KEY-MISSING'));
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined) {
    return refusedSettle(
      site,
      request,
      caller,
      refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode }),
    );
  }
  const accepted = await site.commands.accept({
    call: CALL.settle,
    institution,
    key: request.idempotencyKey,
    bodyHash: bodyHash(caller.requestBytes),
    audit: caller.audit,
    traceParent: caller.traceParent,
    visitId: idOf(request.visitId),
    statement: request,
    bytes: caller.requestBytes,
  });
  if (accepted.kind === 'unknown') return { outcome: pendingOutcome(''), settlement: undefined };
  if (accepted.kind === 'refused') return refusedSettle(site, request, caller, accepted.refusal);
  const { known, isParked } = await awaitAnswer(accepted.known, caller, {
    inFlight: site.inFlight,
    nowMs: site.clock.now(),
    budgetMs: site.settings.settleBudgetMs,
  });
  const answer = settleAnswer(known, isParked);
  if (!accepted.repeated) {
    if (known.result?.outcome === OUTCOME.refused)
      await recordRefusedThere(site, request, caller, known.command, known.result);
    site.flow.settled(answer, known.command.homePool, site.clock.now() - known.command.acceptedAtMs);
  }
  return answer;
}

function refusedSettle(
  site: Site,
  request: WithBillLines<SettleRequest>,
  caller: Caller,
  refusal: Refusal,
): SettleResponse {
  const unmapped = refusal.code === 'CAT-UNMAPPED' ? unmappedOf(site, request, caller) : [];
  site.flow.refused(refusal.code);
  const { institutionCode } = caller;
  const { visitId: subject, idempotencyKey } = request;
  const kept = site.refusals.record(
    { institutionCode, call: 'settle', subject, idempotencyKey, unmapped },
    refusal,
  );
  return { outcome: refusedHere(kept), settlement: undefined };
}

/** The items that the hospital has to map, with the names it prints. */
function unmappedOf(site: Site, request: WithBillLines<SettleRequest>, caller: Caller) {
  // Read again in full, which a refusal can afford.
  const index = site.mappings.indexFor(caller.institutionCode);
  const { lines } = SettleRequest.decode(caller.requestBytes);
  return unmappedItems(index, lines).map((item) => ({
    ...item,
    institutionCode: caller.institutionCode,
    visitId: idOf(request.visitId),
  }));
}

/**
 * Kept beside the home region's words: what the quote had said, when the refusal is that it no longer holds. The answer
 * itself stays a function of what is stored, so that its repeats are equal.
 */
async function recordRefusedThere(
  site: Site,
  request: WithBillLines<SettleRequest>,
  caller: Caller,
  command: StoredCommand,
  result: CommandResult,
): Promise<void> {
  const refusal = refusalOf(result.reply);
  const quoted = refusal.code === 'STL-DRIFT' ? await site.quotes.recall(request.quoteHash) : undefined;
  const values = quoted
    ? { ...refusal.values, quotedFundFen: String(quoted.fundFen), quotedCashFen: String(quoted.cashFen) }
    : refusal.values;
  const { institutionCode } = caller;
  const { visitId: subject, idempotencyKey } = request;
  const { homePool } = command;
  site.refusals.record(
    { institutionCode, call: 'settle', subject, idempotencyKey, homePool, refusedBy: 'home-region' },
    { ...refusal, values, diagnosisId: idToText(command.commandId) },
  );
}
