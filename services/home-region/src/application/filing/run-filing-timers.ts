import { localDateAt } from '@yijie/calendar';
import { applyFilingEvent, dueEvent, type FilingRecord } from '@yijie/filing';
import type { Database, Queryable } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { appendAudit } from '../../repositories/audit.ts';
import { type DueFiling, dueFilings } from '../../repositories/filing/filing-agenda.ts';
import { appendVersions, filingsOfPersons, type NewVersion } from '../../repositories/filing/filing-rows.ts';
import { lockMembers } from '../../repositories/members/member-rows.ts';
import { contextOf, type FilingActor, type Registry } from './filing-registry.ts';

export interface TimerParts {
  readonly database: Database;
  readonly registry: Pick<Registry, 'parameters'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Sweep {
  /** Filings that got what was owed. */
  readonly done: number;
  /** Filings whose people somebody else was busy with, or whose event was refused: the next sweep meets them again. */
  readonly left: number;
}

/** People in one transaction: a few milliseconds of locks, so that nobody at a desk notices. */
const BATCH = 200;
const EVERY_MS = 60_000;
/** Events of one filing that can be due at once: it starts, and it ends. */
const EVENTS_MAX = 4;

const TIMER: FilingActor = { name: 'timer', pool: undefined, withSecondPerson: false };

/** Starts, ends and cancels filings as their days come, as long as the service runs. */
export async function runFilingTimers(parts: TimerParts & { readonly signal: AbortSignal }): Promise<void> {
  const { clock, logger, signal } = parts;
  while (!signal.aborted) {
    await sweepFilings(parts, signal).catch((cause: Error) => logger.warn('filing.timers-failed', { cause }));
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}

/**
 * One round over everything that is due today, in batches. Two replicas share the work: whom one has locked the other
 * leaves out, and what is decided is read under the lock.
 */
export async function sweepFilings(parts: TimerParts, signal?: AbortSignal): Promise<Sweep> {
  const { database, clock, metrics } = parts;
  const counter = metrics.counter(metric.filingTimerEvents);
  let after: DueFiling | undefined;
  const total = { done: 0, left: 0 };
  while (!signal?.aborted) {
    const nowMs = clock.now();
    const batch = await dueFilings(database, localDateAt(nowMs), after, BATCH);
    if (batch.length === 0) break;
    after = batch[batch.length - 1];
    const events = await database.transaction((tx) => sweepBatch(parts, tx, batch, nowMs));
    for (const { transition } of events) counter.labels(transition.event).inc();
    const done = new Set(events.map(({ record }) => record.filingId));
    total.done += done.size;
    total.left += batch.filter(({ filingId }) => !done.has(filingId)).length;
  }
  return total;
}

async function sweepBatch(
  parts: TimerParts,
  tx: Queryable,
  batch: readonly DueFiling[],
  nowMs: number,
): Promise<NewVersion[]> {
  const tokens = [...new Set(batch.map(({ personToken }) => personToken))];
  const members = await lockMembers(tx, tokens, { skipBusy: true });
  const held = await filingsOfPersons(
    tx,
    members.map(({ personToken }) => personToken),
  );
  const wanted = new Set(batch.map(({ filingId }) => filingId));
  const versions = members.flatMap((member) => {
    const context = contextOf(parts.registry, member, [], TIMER, nowMs);
    return (held.get(member.personToken) ?? [])
      .filter(({ record }) => wanted.has(record.filingId))
      .flatMap(({ record, scheme }) => {
        const owner = { ...member, scheme };
        return owedTo(parts, record, context).map((version) => ({ owner, ...version }));
      });
  });
  await appendVersions(tx, versions);
  await appendAudit(
    tx,
    versions.map(({ record, transition }) => ({
      actor: TIMER.name,
      role: 'service',
      certificateSerial: '',
      atMs: nowMs,
      action: `filing.${transition.event}`,
      object: `filing:${record.filingId}`,
    })),
  );
  return versions;
}

/** Everything owed to a filing today: applying one event may make another due. */
function owedTo(
  { logger }: TimerParts,
  filing: FilingRecord,
  context: Parameters<typeof applyFilingEvent>[2],
): Omit<NewVersion, 'owner'>[] {
  const owed: Omit<NewVersion, 'owner'>[] = [];
  for (let newest = filing; owed.length < EVENTS_MAX; ) {
    const event = dueEvent(newest, context.today);
    if (event === undefined) break;
    const registered = applyFilingEvent(newest, { event } as Parameters<typeof applyFilingEvent>[1], context);
    const [record] = registered.ok ? registered.rows : [];
    const [transition] = registered.ok ? registered.transitions : [];
    if (record === undefined || transition === undefined) {
      // The table and the deadlines disagree: the filing stays as it is, the others go on.
      logger.error('filing.timer-refused', { filingId: filing.filingId, event });
      break;
    }
    owed.push({ record, transition });
    newest = record;
  }
  return owed;
}
