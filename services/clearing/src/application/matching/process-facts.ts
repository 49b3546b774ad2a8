import { type FactRules, ownersOf, type RunOwner } from '@yijie/clearing';
import { refuse } from '@yijie/errors';
import type { DeadLetterRow, Incoming, IntakeBatch, IntakeOutcome, OffsetMove } from '@yijie/exchange';
import { classifyFailure, type Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { ArrivedFact } from '../../core/arrived-fact.ts';
import { type ArrivalDecision, decideArrivals, type KnownSettlement } from '../../core/decide-arrivals.ts';
import { knownSettlements, storedFacts } from '../../repositories/matching/known-settlements.ts';
import { storeArrivals } from '../../repositories/matching/store-arrivals.ts';
import { readFact } from '../../wire/read-fact.ts';
import { cancelPairs } from './cancel-pairs.ts';
import type { FactMetrics } from './fact-metrics.ts';
import { placeRows } from './place-rows.ts';

export interface FactProcessor {
  /** A batch of the fact topic: read, decided, stored with the positions in one transaction. */
  process(batch: IntakeBatch): Promise<IntakeOutcome>;
  /** One record outside the stream: a dead letter that is tried again. */
  processAgain(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }>;
}

export interface IntakeRules extends FactRules {
  readonly limits: { readonly maxLateMonths: number };
  /** Whose runs are kept here: facts that belong to none of them are another deployment's. */
  readonly owners: ReadonlySet<RunOwner>;
}

export interface FactProcessorParts {
  readonly database: Database;
  readonly rules: IntakeRules;
  readonly clock: Clock;
  readonly metrics: FactMetrics;
}

/** Facts of one transaction: enough to spread its cost, few enough to hold its locks for milliseconds. */
const FACTS_MAX = 2_000;
/** Another replica that is in the way is gone after a moment, or this one is a zombie and its offsets say so. */
const CONFLICTS_MAX = 5;

export function createFactProcessor(parts: FactProcessorParts): FactProcessor {
  return new Processor(parts);
}

interface Work {
  /** In the order of the log. */
  readonly arrivals: readonly ArrivedFact[];
  readonly dead: readonly DeadLetterRow[];
  readonly moves: readonly OffsetMove[];
}

class Processor implements FactProcessor {
  readonly #parts: FactProcessorParts;

  constructor(parts: FactProcessorParts) {
    this.#parts = parts;
  }

  async process(batch: IntakeBatch): Promise<IntakeOutcome> {
    const { clock, metrics } = this.#parts;
    const began = clock.monotonic();
    const messages = new Map<ArrivedFact, Incoming>();
    const dead: DeadLetterRow[] = [...batch.dead];
    for (const message of batch.messages) {
      const read = readFact(message, this.#parts.rules);
      if (read.ok && !this.#isOurs(read.arrived)) continue;
      if (read.ok) messages.set(read.arrived, message);
      else dead.push(deadLetter(message, read.code, read.reason));
    }
    const arrivals = [...messages.keys()];
    for (const { facts, isLast } of slices(arrivals)) {
      const work = isLast
        ? { arrivals: facts, dead, moves: batch.moves }
        : { arrivals: facts, dead: [], moves: [] };
      await this.#finish(work, messages);
    }
    metrics.flushed(batch.messages.length, clock.monotonic() - began);
    return 'stored';
  }

  async processAgain(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }> {
    const read = readFact(message, this.#parts.rules);
    if (!read.ok) return { ok: false, cause: `${read.code}: ${read.reason}` };
    try {
      const { contradictions } = await this.#decideAndStore(
        { arrivals: [read.arrived], dead: [], moves: [] },
        new Map(),
      );
      const [found] = contradictions;
      if (found === undefined) return { ok: true };
      return { ok: false, cause: `CLR-CONTRA: ${found.field}` };
    } catch (error) {
      if (classifyFailure(error).kind !== 'fault') throw error;
      return { ok: false, cause: (error as Error).message };
    }
  }

  #isOurs({ fact }: ArrivedFact): boolean {
    return ownersOf(fact).some((owner) => this.#parts.rules.owners.has(owner));
  }

  /** A fact that the database won't have keeps nobody else waiting: the batch is halved until it stands alone. */
  async #finish(work: Work, messages: ReadonlyMap<ArrivedFact, Incoming>): Promise<void> {
    try {
      await this.#decideAndStore(work, messages);
    } catch (error) {
      if (classifyFailure(error).kind !== 'fault' || work.arrivals.length === 0) throw error;
      await this.#isolate(work, messages, error as Error);
    }
  }

  async #isolate(work: Work, messages: ReadonlyMap<ArrivedFact, Incoming>, cause: Error): Promise<void> {
    const { arrivals, dead, moves } = work;
    const [only] = arrivals;
    if (arrivals.length === 1 && only !== undefined) {
      const message = messages.get(only);
      if (message === undefined) throw cause;
      const letter = deadLetter(message, 'DLQ-FAILED', cause.message);
      await this.#decideAndStore({ arrivals: [], dead: [...dead, letter], moves }, messages);
      return;
    }
    const middle = arrivals.length >> 1;
    await this.#finish({ arrivals: arrivals.slice(0, middle), dead: [], moves: [] }, messages);
    await this.#finish({ arrivals: arrivals.slice(middle), dead, moves }, messages);
  }

  async #decideAndStore(work: Work, messages: ReadonlyMap<ArrivedFact, Incoming>): Promise<ArrivalDecision> {
    for (let attempt = 1; ; attempt += 1) {
      const decision = await this.#decide(work.arrivals);
      try {
        await this.#store(work, decision, messages);
        return decision;
      } catch (error) {
        if (classifyFailure(error).kind !== 'conflict' || attempt >= CONFLICTS_MAX) throw error;
      }
    }
  }

  async #decide(arrivals: readonly ArrivedFact[]): Promise<ArrivalDecision> {
    const { database } = this.#parts;
    const ids = [...new Set(arrivals.map(({ fact }) => fact.settlementId))];
    const known = ids.length === 0 ? NOTHING_KNOWN : await knownSettlements(database, ids);
    const differing = new Set(
      arrivals.filter((arrived) => differs(arrived, known)).map(({ fact }) => fact.settlementId),
    );
    return decideArrivals(arrivals, known, await storedFacts(database, [...differing]));
  }

  async #store(
    { dead, moves }: Work,
    decision: ArrivalDecision,
    messages: ReadonlyMap<ArrivedFact, Incoming>,
  ): Promise<void> {
    const { database, clock, rules, metrics } = this.#parts;
    const nowMs = clock.now();
    const contradicting = decision.contradictions.flatMap(({ arrived, field, stored, received }) => {
      const message = messages.get(arrived);
      const { values } = refuse('CLR-CONTRA', { field, stored, received });
      return message === undefined ? [] : [deadLetter(message, 'CLR-CONTRA', JSON.stringify(values))];
    });
    const letters = [...dead, ...contradicting];
    const complete = decision.standings.filter(({ state }) => state === 'MATCHED');
    const placed = await database.transaction(async (tx) => {
      const { added, replaced, standings } = decision;
      await storeArrivals(tx, { added, replaced, standings, dead: letters, moves, nowMs });
      const refunds = standings.flatMap(({ shown }) =>
        shown.originalId === undefined ? [] : [shown.settlementId],
      );
      await cancelPairs(tx, refunds, nowMs);
      return placeRows(
        tx,
        complete.map(({ shown }) => shown.settlementId),
        rules.limits,
        nowMs,
      );
    });
    metrics.stored(decision, letters, placed.cleared);
  }
}

const NOTHING_KNOWN: ReadonlyMap<string, KnownSettlement> = new Map();

/** Whether an arrived fact is unlike one that is stored, of its own side or the other. */
function differs({ fact, contentHash }: ArrivedFact, known: ReadonlyMap<string, KnownSettlement>): boolean {
  const before = known.get(fact.settlementId);
  return (
    before !== undefined &&
    [before.treatmentHash, before.homeHash].some((hash) => hash !== undefined && hash !== contentHash)
  );
}

/** At least one, so that positions move past a batch of which nothing could be read. */
function* slices(
  arrivals: readonly ArrivedFact[],
): Generator<{ readonly facts: readonly ArrivedFact[]; readonly isLast: boolean }> {
  let from = 0;
  do {
    const until = from + FACTS_MAX;
    yield { facts: arrivals.slice(from, until), isLast: until >= arrivals.length };
    from = until;
  } while (from < arrivals.length);
}

function deadLetter(message: Incoming, reasonCode: string, reason: string): DeadLetterRow {
  const { topic, partition, offset, key, headers, payload } = message;
  return { topic, partition, offset, key, headers, payload, reasonCode, reason, parks: false };
}
