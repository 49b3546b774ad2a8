import { localDateAt, minuteText } from '@yijie/calendar';
import { Settle } from '@yijie/contracts/exchange';
import type { CheckResult, Refusal } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { homeChecks } from '../../core/home-checks.ts';
import { VISIT_KIND_WORDS } from '../../core/institution.ts';
import { type MessageStanding, unknownOutcome } from '../../core/message-trail.ts';
import { recountBill } from '../../core/settle.ts';
import { notReached, passed, siteChecks } from '../../core/site-checks.ts';
import { isStay, type Visit } from '../../core/visit.ts';
import { visitFacts } from '../../core/visit-facts.ts';
import type { KnownCommand } from '../../repositories/load-commands.ts';
import { unmappedItemsOfVisit } from '../../repositories/mappings.ts';
import type { KeptRefusal } from '../../repositories/refusals.ts';
import type { Caller } from '../caller.ts';
import { diagnoseAtHome, standingOf } from '../diagnosis/diagnose-at-home.ts';
import type { Site } from '../site.ts';

/** The last things that happened to a visit, newest first. */
export interface VisitHistory {
  readonly refusals: readonly KeptRefusal[];
  /** The settlement under diagnosis, or the visit's own in flight. */
  readonly command: KnownCommand | undefined;
}

export interface VisitToday {
  readonly checks: CheckResult[];
  /** Where the settlement in flight stands. */
  readonly standing: MessageStanding | undefined;
}

/**
 * A visit that isn't settled, with today's facts of both regions. While a settlement of it is in flight, only its outcome
 * is open: nothing else is judged behind its back.
 */
export async function visitToday(
  site: Site,
  caller: Caller,
  visit: Visit,
  history: VisitHistory,
): Promise<VisitToday> {
  const inFlight = visit.claim !== undefined && !visit.claim.isSettled ? visit.claim.commandId : undefined;
  const institution = site.institutions.find(visit.institutionCode);
  const unmappedItems = await unmappedItemsOfVisit(site.database, visit.institutionCode, visit.visitId);
  const bill = await billOf(site, visit, history);
  const own = siteChecks({
    visit,
    institution,
    unmappedItems,
    triedToSettle: history.command !== undefined || history.refusals.some(({ call }) => call === 'settle'),
    statedFen: statedFen(history),
    bill,
    idText: idToText,
  });
  const settle =
    inFlight !== undefined || visit.cancelled || institution === undefined
      ? undefined
      : Settle.fromPartial({
          ...(bill === undefined || 'ok' in bill ? {} : bill),
          visit: visitFacts(institution, visit.terms, {
            visitId: visit.visitId,
            dischargeDate: visit.dischargeDate,
            paidInFull: paidInFull(history),
            diagnosisCode: visit.dischargeDiagnosis,
          }),
          quoteHash: quoteHash(history),
          settledAtMs: site.settings.settlementInstant(site.clock.now()),
        });
  const diagnosed =
    institution === undefined || visit.cancelled
      ? undefined
      : await diagnoseAtHome(
          site,
          caller,
          institution,
          visit,
          settle,
          inFlight === undefined ? [] : [inFlight],
        );
  const asked = institution !== undefined && !visit.cancelled;
  const homeStop = site.notices.homeStopUntilMs(visit.homePool);
  const home = homeChecks({
    homePool: visit.homePool,
    kind: VISIT_KIND_WORDS[visit.terms.kind],
    diagnosed,
    backAt: homeStop === undefined ? undefined : minuteText(homeStop),
    known: { networked: { institutionCode: visit.institutionCode } },
  });
  const standing =
    inFlight === undefined ? undefined : await standingOf(site, visit.personToken, inFlight, diagnosed);
  const outcome =
    inFlight === undefined || standing === undefined
      ? passed('outcome')
      : unknownOutcome(standing, idToText(inFlight));
  return {
    checks: [...own, ...(asked ? home : home.map(({ name }) => notReached(name))), outcome],
    standing,
  };
}

type Bill = Pick<Settle, 'totalFen' | 'categories' | 'groups' | 'lines' | 'useAccount'>;

/** The charges stored, else those that came with the last settlement itself. */
async function billOf(
  site: Site,
  visit: Visit,
  { command }: VisitHistory,
): Promise<Bill | Refusal | undefined> {
  const sent = sentSettle(command);
  if (visit.charges.bill.lineCount === 0) return sent;
  const stored = isStay(visit.terms) ? [] : await site.visits.storedLines(visit.visitId);
  const counted = recountBill(visit, stored, {
    index: site.mappings.indexFor(visit.institutionCode),
    today: localDateAt(site.clock.now()),
  });
  // Lines that the catalogue refuses today are the treatment site's own finding; the rest is judged without a bill.
  if (!counted.ok) return counted;
  return {
    totalFen: counted.bill.totalFen,
    categories: counted.bill.categories as unknown as Settle['categories'],
    groups: counted.bill.groups as unknown as Settle['groups'],
    lines: [...counted.lines],
    useAccount: sent?.useAccount ?? true,
  };
}

function sentSettle(command: KnownCommand | undefined): Settle | undefined {
  const body = command?.command.message?.body;
  return body?.$case === 'settle' ? body.settle : undefined;
}

/** What the hospital said the bill adds up to, if that is what its last settlement or quote was refused for. */
function statedFen({ refusals }: VisitHistory): number | undefined {
  const last = refusals.find(
    ({ call }) => call === 'settle' || call === 'pre-settle' || call === 'discharge',
  );
  const stated = last?.code === 'STL-SUM' ? last.values.statedFen : undefined;
  return stated === undefined ? undefined : Number(stated);
}

/** A patient who had paid the whole bill when it was last refused has still paid it. */
function paidInFull({ command, refusals }: VisitHistory): boolean {
  return sentSettle(command)?.visit?.paidInFull === true || refusals[0]?.code === 'FIL-AFTER';
}

/** The quote that a settlement was refused for, to see whether it still doesn't hold. */
function quoteHash({ command }: VisitHistory): Buffer {
  return sentSettle(command)?.quoteHash ?? Buffer.alloc(0);
}
