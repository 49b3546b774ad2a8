import type { LocalDate } from '@yijie/calendar';
import { localDateAt, localDateFromNumber } from '@yijie/calendar';
import { VisitTerms } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { classifyFailure, createBatcher, type Database, type Queryable } from '@yijie/postgres';
import { type Clock, idToText, type Logger } from '@yijie/runtime';
import type { AuditActor } from '@yijie/security';
import type { OpenStay } from '../../core/admission.ts';
import type { Upload } from '../../core/upload.ts';
import type { Visit } from '../../core/visit.ts';
import type { VisitChange } from '../../core/visit-change.ts';
import {
  type LoadedCall,
  type LocalBatch,
  loadOpenStays,
  loadUploads,
  lockAndLoadCalls,
  saveCalls,
} from '../../repositories/visit-calls.ts';
import type { FlushMetrics } from '../flush-metrics.ts';
import { countingLines } from './charge-lines.ts';

/** A call that changes a visit and ends at the treatment site. */
export interface VisitCall {
  readonly institutionCode: string;
  /** yijie.treatment.v1.Call */
  readonly call: number;
  readonly action: string;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly audit: AuditActor;
  readonly visitId: Buffer | undefined;
  /** The person to be admitted, and under which number: looked up among the open stays. */
  readonly admission?: { readonly personToken: string; readonly number: string };
  /** Whether the other open stays of the visit's person are needed. */
  readonly needsOtherStays?: boolean;
  /** Whether the stored lines themselves are needed. */
  needsUploads?(visit: Visit): boolean;
  decide(facts: VisitCallFacts): { readonly change: VisitChange; readonly answer: Uint8Array } | Refusal;
  /** The slip's identity, encrypted, for an admission. */
  readonly slipIdentity?: Uint8Array | undefined;
}

export interface VisitCallFacts {
  readonly visit: Visit | undefined;
  readonly openStays: readonly OpenStay[];
  readonly uploads: readonly Upload[];
  readonly today: LocalDate;
}

/** `unknown`: the database went away; the same key asked again will tell. */
export type VisitCallAnswer = { readonly ok: true; readonly answer: Uint8Array } | Refusal | 'unknown';

export interface VisitCalls {
  run(call: VisitCall): Promise<VisitCallAnswer>;
  idle(): Promise<void>;
}

export interface VisitCallsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FlushMetrics;
  readonly batchMax: number;
}

const TRIES = 5;
const RETRY_PAUSE_MS = 100;

/** Batches of calls, each in one transaction: lock the visits, load, decide, store in one statement. */
export function createVisitCalls(options: VisitCallsOptions): VisitCalls {
  const { database, clock, logger } = options;
  const batcher = createBatcher<VisitCall, VisitCallAnswer | Error>({
    batchMax: options.batchMax,
    flush: (calls) => options.metrics.timed(calls.length, () => runInRounds(calls)),
  });

  /** Calls that touch the same visit, person, number or key come one after another. */
  async function runInRounds(calls: readonly VisitCall[]): Promise<(VisitCallAnswer | Error)[]> {
    const answers = new Array<VisitCallAnswer | Error>(calls.length);
    let left = calls.map((call, index) => ({ call, index }));
    while (left.length > 0) {
      const touched = new Set<string>();
      const round: typeof left = [];
      const later: typeof left = [];
      for (const entry of left) {
        const subjects = subjectsOf(entry.call);
        if (subjects.some((subject) => touched.has(subject))) later.push(entry);
        else round.push(entry);
        for (const subject of subjects) touched.add(subject);
      }
      const roundAnswers = await runRound(round.map((entry) => entry.call));
      for (const [at, entry] of round.entries()) answers[entry.index] = roundAnswers[at] as VisitCallAnswer;
      left = later;
    }
    return answers;
  }

  /**
   * Whatever a try failed of, the next one reads again: what had been stored after all is then found under its key, and
   * what somebody else did first is seen.
   */
  async function runRound(calls: readonly VisitCall[]): Promise<(VisitCallAnswer | Error)[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.transaction((tx) => runOnce(tx, calls));
      } catch (error) {
        const failure = classifyFailure(error);
        logger.warn('visit-calls-failed', { attempt, reason: failure.kind, cause: error as Error });
        if (attempt < TRIES && failure.kind !== 'fault') {
          await clock.sleep(RETRY_PAUSE_MS * (attempt - 1));
          continue;
        }
        if (failure.kind === 'unknown') return calls.map(() => 'unknown');
        if (calls.length === 1) return [error as Error];
        const answers: (VisitCallAnswer | Error)[] = [];
        for (const call of calls) answers.push(...(await runRound([call])));
        return answers;
      }
    }
  }

  async function runOnce(tx: Queryable, calls: readonly VisitCall[]): Promise<VisitCallAnswer[]> {
    const loaded = await lockAndLoadCalls(tx, calls);
    const [stays, uploads] = [await loadStays(tx, calls, loaded), await loadNeededUploads(tx, calls, loaded)];
    const nowMs = clock.now();
    const today = localDateAt(nowMs);
    const batch = {
      calls: [] as LocalBatch['calls'][number][],
      admitted: [] as LocalBatch['admitted'][number][],
      changed: [] as Visit[],
      uploads: [] as LocalBatch['uploads'][number][],
      remaining: [] as LocalBatch['remaining'][number][],
      audit: [] as LocalBatch['audit'][number][],
    } satisfies LocalBatch;
    const answers = calls.map((call, index): VisitCallAnswer => {
      const { earlier, visit } = loaded[index] as LoadedCall;
      if (earlier) {
        return earlier.bodyHash.equals(call.bodyHash)
          ? { ok: true, answer: earlier.answer }
          : refuse('KEY-REUSED', { key: call.key });
      }
      const facts = {
        visit,
        openStays: stays.filter((stay) => concerns(stay, call, visit)),
        uploads: visit ? (uploads.get(visit.visitId.toString('latin1')) ?? []) : [],
        today,
      };
      const decision = call.decide(facts);
      if (!('change' in decision)) return decision;
      record(batch, call, visit, decision.change, decision.answer);
      return { ok: true, answer: decision.answer };
    });
    if (batch.calls.length > 0) await saveCalls(tx, batch, nowMs);
    return answers;
  }

  return {
    async run(call) {
      const answer = await batcher.add(call);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    idle: () => batcher.idle(),
  };
}

function subjectsOf(call: VisitCall): string[] {
  const subjects = [`key ${call.institutionCode} ${call.call} ${call.key}`];
  if (call.visitId) subjects.push(`visit ${call.visitId.toString('latin1')}`);
  if (call.admission) {
    subjects.push(`person ${call.admission.personToken}`);
    subjects.push(`number ${call.institutionCode} ${call.admission.number}`);
  }
  return subjects;
}

async function loadStays(
  tx: Queryable,
  calls: readonly VisitCall[],
  loaded: readonly LoadedCall[],
): Promise<readonly OpenStay[]> {
  const persons: string[] = [];
  const numbers: { institutionCode: string; number: string }[] = [];
  for (const [index, call] of calls.entries()) {
    const visit = loaded[index]?.visit;
    if (call.admission) {
      persons.push(call.admission.personToken);
      numbers.push({ institutionCode: call.institutionCode, number: call.admission.number });
    } else if (call.needsOtherStays && visit) {
      persons.push(visit.personToken);
    }
  }
  return persons.length === 0 ? [] : loadOpenStays(tx, persons, numbers, admissionDateOf);
}

function admissionDateOf(terms: Buffer): LocalDate {
  return localDateFromNumber(VisitTerms.decode(terms).admissionDate) as LocalDate;
}

function concerns(stay: OpenStay, call: VisitCall, visit: Visit | undefined): boolean {
  if (visit) return stay.personToken === visit.personToken && !stay.visitId.equals(visit.visitId);
  return (
    stay.personToken === call.admission?.personToken ||
    (stay.institutionCode === call.institutionCode && stay.localAdmissionNumber === call.admission?.number)
  );
}

async function loadNeededUploads(
  tx: Queryable,
  calls: readonly VisitCall[],
  loaded: readonly LoadedCall[],
): Promise<ReadonlyMap<string, Upload[]>> {
  const visitIds = calls.flatMap((call, index) => {
    const { visit, earlier } = loaded[index] as LoadedCall;
    return visit && !earlier && call.needsUploads?.(visit) ? [visit.visitId] : [];
  });
  const byVisit = new Map<string, Upload[]>();
  for (const row of await loadUploads(tx, visitIds)) {
    const key = row.visitId.toString('latin1');
    const upload = {
      uploadNo: row.uploadNo,
      ranges: row.ranges,
      lines: countingLines(row.bytes, row.ranges),
    };
    byVisit.set(key, [...(byVisit.get(key) ?? []), upload]);
  }
  return byVisit;
}

function record(
  batch: {
    calls: LocalBatch['calls'][number][];
    admitted: LocalBatch['admitted'][number][];
    changed: Visit[];
    uploads: LocalBatch['uploads'][number][];
    remaining: LocalBatch['remaining'][number][];
    audit: LocalBatch['audit'][number][];
  },
  call: VisitCall,
  before: Visit | undefined,
  change: VisitChange,
  answer: Uint8Array,
): void {
  const { visit } = change;
  batch.calls.push({
    institutionCode: call.institutionCode,
    call: call.call,
    key: call.key,
    bodyHash: call.bodyHash,
    answer,
  });
  if (before === undefined) batch.admitted.push({ visit, slipIdentity: call.slipIdentity });
  else if (visit !== before) batch.changed.push(visit);
  if (change.upload) {
    batch.uploads.push({ visitId: visit.visitId, uploadNo: visit.uploadCount, ...change.upload });
  }
  for (const remaining of change.remaining ?? [])
    batch.remaining.push({ visitId: visit.visitId, ...remaining });
  batch.audit.push({ by: call.audit, action: call.action, object: `visit:${idToText(visit.visitId)}` });
}
