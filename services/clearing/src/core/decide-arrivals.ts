import {
  compareFacts,
  contradiction,
  type Difference,
  type SettlementFact,
  type Side,
} from '@yijie/clearing';
import type { ArrivedFact } from './arrived-fact.ts';

/** What is stored of a settlement before a batch. */
export interface KnownSettlement {
  readonly treatmentHash: string | undefined;
  readonly homeHash: string | undefined;
  /** In its runs: nothing of it changes any more. */
  readonly isCleared: boolean;
  /** The side that was asked to send again and hasn't yet. */
  readonly resendBy: Side | undefined;
}

/** Both sides' stored facts, of the settlements for which a hash differs. */
export type StoredFacts = ReadonlyMap<string, Readonly<Partial<Record<Side, SettlementFact>>>>;

export type MatchState = 'ONE_SIDED' | 'DIFFERENT' | 'MATCHED';

/** How a settlement stands once a batch is taken. */
export interface Standing {
  /** What the lists show of it: the treatment site's fact where there is one. */
  readonly shown: SettlementFact;
  readonly state: MatchState;
  readonly hasTreatment: boolean;
  readonly hasHome: boolean;
  readonly differences: readonly Difference[];
}

export interface Contradiction {
  readonly arrived: ArrivedFact;
  readonly field: string;
  readonly stored: string;
  readonly received: string;
}

export interface ArrivalDecision {
  readonly added: readonly ArrivedFact[];
  /** Sent again on request: the earlier fact gives way. */
  readonly replaced: readonly ArrivedFact[];
  readonly contradictions: readonly Contradiction[];
  readonly standings: readonly Standing[];
  readonly repeated: number;
}

interface Held {
  readonly hash: string;
  /** Undefined while only the hash was needed. */
  readonly fact: SettlementFact | undefined;
}

/**
 * What a batch of facts adds: a fact that is there already changes nothing, another one of the same side is a
 * contradiction unless that side was asked to send again, and two sides match when everything they say is equal.
 */
export function decideArrivals(
  arrivals: readonly ArrivedFact[],
  known: ReadonlyMap<string, KnownSettlement>,
  stored: StoredFacts,
): ArrivalDecision {
  const added: ArrivedFact[] = [];
  const replaced: ArrivedFact[] = [];
  const contradictions: Contradiction[] = [];
  const held = new Map<string, Partial<Record<Side, Held>>>();
  const resent = new Set<string>();
  let repeated = 0;

  for (const arrived of arrivals) {
    const { fact, side, contentHash } = arrived;
    const id = fact.settlementId;
    const before = known.get(id);
    const sides = held.get(id) ?? { ...heldBefore(before, stored.get(id)) };
    const earlier = sides[side];
    if (earlier?.hash === contentHash) {
      repeated += 1;
      continue;
    }
    if (earlier === undefined) {
      added.push(arrived);
    } else if (before?.resendBy === side && !before.isCleared && !resent.has(id)) {
      replaced.push(arrived);
      resent.add(id);
    } else {
      contradictions.push({ arrived, ...differenceFrom(earlier, fact) });
      continue;
    }
    sides[side] = { hash: contentHash, fact };
    held.set(id, sides);
  }
  const standings = [...held].flatMap(([id, sides]) => (known.get(id)?.isCleared ? [] : [standing(sides)]));
  return { added, replaced, contradictions, standings, repeated };
}

function heldBefore(
  known: KnownSettlement | undefined,
  stored: Partial<Record<Side, SettlementFact>> | undefined,
): Partial<Record<Side, Held>> {
  const { treatmentHash, homeHash } = known ?? {};
  return {
    ...(treatmentHash === undefined ? {} : { treatment: { hash: treatmentHash, fact: stored?.treatment } }),
    ...(homeHash === undefined ? {} : { home: { hash: homeHash, fact: stored?.home } }),
  };
}

function standing({ treatment, home }: Partial<Record<Side, Held>>): Standing {
  const shown = treatment?.fact ?? home?.fact;
  if (shown === undefined) throw new Error('a settlement stands without a fact');
  const sides = { shown, hasTreatment: treatment !== undefined, hasHome: home !== undefined };
  if (treatment === undefined || home === undefined) return { ...sides, state: 'ONE_SIDED', differences: [] };
  if (treatment.hash === home.hash) return { ...sides, state: 'MATCHED', differences: [] };
  return { ...sides, state: 'DIFFERENT', differences: compareFacts(whole(treatment), whole(home)) };
}

function differenceFrom(earlier: Held, received: SettlementFact) {
  const found = contradiction(whole(earlier), received);
  if (found === undefined) throw new Error(`two hashes of equal facts: ${received.settlementId}`);
  return found;
}

function whole({ fact }: Held): SettlementFact {
  if (fact === undefined) throw new Error('a fact that differs was not loaded');
  return fact;
}
