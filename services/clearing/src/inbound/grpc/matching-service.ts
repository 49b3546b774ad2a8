import { CARRY_REASONS, type Side } from '@yijie/clearing';
import {
  AcceptDifferenceResponse,
  AdmitLateResponse,
  type FieldDifference,
  MatchingServiceService,
  MatchSide,
  RequestRefundResponse,
  RequestResendResponse,
  type ExceptionRow as WireRow,
  MatchState as WireState,
} from '@yijie/contracts/matching';
import { refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { type CallContext, type Clock, type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import {
  acceptDifference,
  admitLate,
  type Decided,
  type DecisionCall,
  requestRefund,
  requestResend,
} from '../../application/matching/decide-difference.ts';
import { matchNow } from '../../application/matching/match-now.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import { sideOf } from '../../core/arrived-fact.ts';
import type { MatchState } from '../../core/decide-arrivals.ts';
import { type FactRow, factOf } from '../../repositories/matching/fact-columns.ts';
import {
  findFacts,
  findPlaces,
  isConfirmed,
  matchReport,
  openBacklog,
} from '../../repositories/matching/match-view.ts';
import {
  findOpenRow,
  listOpenRows,
  type OpenRow,
  resolutionsOf,
} from '../../repositories/matching/open-rows.ts';
import { listRefusedRecords } from '../../repositories/matching/refused-records.ts';
import { scheme, visitKind } from '../../wire/words.ts';
import { actorOf, filterOf, keyOwner } from './acting.ts';
import { page, readForm, requiredPeriod, requiredText, requiredWord, settlementId, span } from './form.ts';

export interface MatchingServiceParts {
  /** For lists and reports. */
  readonly database: Database;
  /** For single rows. */
  readonly rows: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: { readonly maxLateMonths: number };
}

/** A report of a quarter at most: it reads every row of its days. */
const REPORT_DAYS_MAX = 92;

type Call = CallContext<Authorized>;
interface KeyedDecision {
  readonly idempotencyKey: string;
  readonly settlementId: string;
  readonly reason: string;
}

export function matchingService({
  database,
  rows,
  clock,
  rules,
}: MatchingServiceParts): UnaryService<Authorized> {
  /** A decision about one row, once per key. */
  async function decideOnce(
    { identity, rpc, requestBytes }: Call,
    request: KeyedDecision,
    decide: (tx: Parameters<typeof requestRefund>[0], call: DecisionCall) => Promise<Decided>,
    answer: (decided: Decided & { ok: true }) => Uint8Array,
  ) {
    const nowMs = clock.now();
    const read = readForm(() => ({
      settlementId: settlementId(request.settlementId),
      reason: requiredText('reason', request.reason),
      filter: filterOf(identity),
      by: actorOf(identity),
      nowMs,
    }));
    if (!read.ok) return read;
    const keyed = {
      caller: keyOwner(identity),
      call: rpc,
      idempotencyKey: request.idempotencyKey,
      body: requestBytes,
      nowMs,
    };
    return oncePerKey(rows, keyed, async (tx) => {
      const decided = await decide(tx, read.form);
      return decided.ok ? answer(decided) : decided;
    });
  }

  return unaryService(MatchingServiceService, {
    async listExceptions(request, { identity }) {
      const read = readForm(() => ({
        state: request.state === 0 ? undefined : requiredWord('state', stateWord(request.state)),
        reason:
          request.reason === ''
            ? undefined
            : requiredWord(
                'reason',
                CARRY_REASONS.find((reason) => reason === request.reason),
              ),
        settledPeriod:
          request.settledPeriod === 0 ? undefined : requiredPeriod('settled_period', request.settledPeriod),
        page: page(request.pageSize, request.pageToken, /^\d{1,15}\.[0-9a-f]{32}$/),
      }));
      if (!read.ok) return read;
      const { page: asked, ...query } = read.form;
      const [firstAtMs = '0', id = ''] = asked.after.split('.');
      const found = await listOpenRows(database, {
        ...query,
        filter: filterOf(identity),
        after: { firstAtMs: Number(firstAtMs), settlementId: id },
        size: asked.size,
      });
      const shown = found.slice(0, asked.shown);
      const last = shown.at(-1);
      const hasMore = found.length > shown.length && last !== undefined;
      return {
        rows: shown.map(wireRow),
        nextPageToken: hasMore ? `${last.firstAtMs}.${last.settlementId}` : '',
      };
    },

    async listRefusedRecords(request, { identity }) {
      const read = readForm(() => page(request.pageSize, request.pageToken, /^\d{1,15}$/));
      if (!read.ok) return read;
      const { shown, size, after } = read.form;
      const found = await listRefusedRecords(database, {
        filter: filterOf(identity),
        code: request.code === '' ? undefined : request.code,
        after: Number(after || '0'),
        size,
      });
      const records = found.slice(0, shown);
      return {
        records,
        nextPageToken: found.length > shown ? `${records.at(-1)?.deadLetterId ?? ''}` : '',
      };
    },

    async getMatch(request, { identity }) {
      const read = readForm(() => settlementId(request.settlementId));
      if (!read.ok) return read;
      const [id, filter] = [read.form, filterOf(identity)];
      const facts = await findFacts(database, id, filter);
      if (facts.length === 0) return refuse('MCH-NOTFOUND', { settlementId: id });
      const [row, places, confirmed, resolutions] = await Promise.all([
        findOpenRow(database, id, filter),
        findPlaces(database, id, filter),
        isConfirmed(database, id),
        resolutionsOf(database, id),
      ]);
      return {
        facts: facts.map(wireFact),
        differences: row === undefined ? [] : [...(row.differences as FieldDifference[])],
        resolutions: resolutions.map(({ side, ...resolution }) => ({ ...resolution, side: wireSide(side) })),
        state: row === undefined ? WireState.MATCHED : wireState(row.state),
        isConfirmed: confirmed,
        reasons: [...(row?.reasons ?? [])],
        places,
      };
    },

    async getMatchReport(request, { identity }) {
      const read = readForm(() => span(request.fromDate, request.untilDate, REPORT_DAYS_MAX));
      if (!read.ok) return read;
      const [lines, backlog] = await Promise.all([
        matchReport(database, read.form, filterOf(identity)),
        openBacklog(database),
      ]);
      return {
        lines: [...lines],
        refusedWaiting: backlog.refusedWaiting,
        oldestOpenAtMs: backlog.oldestOpenAtMs,
      };
    },

    async matchNow(request, { identity }) {
      const read = readForm(() => requiredPeriod('settled_period', request.settledPeriod));
      if (!read.ok) return read;
      return matchNow(rows, read.form, filterOf(identity), rules, clock);
    },

    async requestResend(request, call) {
      const side = sideWord(request.side);
      if (side === undefined) return refuse('FRM-VALUE', { field: 'side' });
      const once = await decideOnce(
        call,
        request,
        (tx, decision) => requestResend(tx, side, decision),
        () => RequestResendResponse.encode({}).finish(),
      );
      return once.ok ? RequestResendResponse.decode(once.answer) : once;
    },

    async requestRefund(request, call) {
      const once = await decideOnce(call, request, requestRefund, ({ cleared }) =>
        RequestRefundResponse.encode({ cancelled: cleared }).finish(),
      );
      return once.ok ? RequestRefundResponse.decode(once.answer) : once;
    },

    async acceptDifference(request, call) {
      const side = sideWord(request.side);
      if (side === undefined) return refuse('FRM-VALUE', { field: 'side' });
      const once = await decideOnce(
        call,
        request,
        (tx, decision) => acceptDifference(tx, side, decision, rules),
        ({ cleared, reasons }) =>
          AcceptDifferenceResponse.encode({ cleared, reasons: [...reasons] }).finish(),
      );
      return once.ok ? AcceptDifferenceResponse.decode(once.answer) : once;
    },

    async admitLate(request, call) {
      const once = await decideOnce(
        call,
        request,
        (tx, decision) => admitLate(tx, decision, rules),
        ({ cleared, reasons }) => AdmitLateResponse.encode({ cleared, reasons: [...reasons] }).finish(),
      );
      return once.ok ? AdmitLateResponse.decode(once.answer) : once;
    },
  });
}

function wireRow(row: OpenRow): WireRow {
  return {
    settlementId: row.settlementId,
    originalId: row.originalId ?? '',
    homePool: row.homePool,
    treatmentPool: row.treatmentPool,
    institutionCode: row.institutionCode,
    scheme: scheme.wire(row.scheme),
    visitKind: visitKind.wire(row.visitKind),
    settledAtMs: row.settledAtMs,
    settledPeriod: row.settledPeriod,
    totalFen: row.totalFen,
    state: wireState(row.state),
    hasTreatment: (row.sides & 1) === 1,
    hasHome: (row.sides & 2) === 2,
    reasons: [...row.reasons],
    differences: [...row.differences],
    resolution: row.resolution,
    firstAtMs: row.firstAtMs,
  };
}

function wireFact(row: FactRow) {
  const fact = factOf(row);
  return {
    ...fact,
    side: wireSide(sideOf(row.side)),
    originalId: fact.originalId ?? '',
    visitKind: visitKind.wire(fact.visitKind),
    scheme: scheme.wire(fact.scheme),
    settledAtMs: fact.settledAt,
    signedBy: row.signed_by,
    receivedAtMs: row.received_at_ms,
  };
}

const STATES: readonly (readonly [WireState, MatchState])[] = [
  [WireState.ONE_SIDED, 'ONE_SIDED'],
  [WireState.DIFFERENT, 'DIFFERENT'],
  [WireState.MATCHED, 'MATCHED'],
];

function stateWord(wire: WireState): MatchState | undefined {
  return STATES.find(([each]) => each === wire)?.[1];
}

function wireState(word: MatchState): WireState {
  return STATES.find(([, each]) => each === word)?.[0] ?? WireState.UNSPECIFIED;
}

function sideWord(wire: MatchSide): Side | undefined {
  if (wire === MatchSide.TREATMENT) return 'treatment';
  return wire === MatchSide.HOME ? 'home' : undefined;
}

function wireSide(side: Side | undefined): MatchSide {
  if (side === undefined) return MatchSide.UNSPECIFIED;
  return side === 'treatment' ? MatchSide.TREATMENT : MatchSide.HOME;
}
