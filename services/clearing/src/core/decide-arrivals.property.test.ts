import { expect, test } from '@jest/globals';
import type { Instant } from '@yijie/calendar';
import { type SettlementFact, SIDES, type Side } from '@yijie/clearing';
import { fen, NO_SHARES } from '@yijie/money';
import fc from 'fast-check';
import type { ArrivedFact } from './arrived-fact.ts';
import { decideArrivals, type KnownSettlement, type MatchState } from './decide-arrivals.ts';

/** A fact as small as a difference can be: which settlement, which side, and how much. */
interface Said {
  readonly id: number;
  readonly side: Side;
  readonly fund: number;
}

const said = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  side: fc.constantFrom(...SIDES),
  // Mostly equal; sometimes one fen off.
  fund: fc.constantFrom(100, 100, 100, 101),
});

function arrived({ id, side, fund }: Said): ArrivedFact {
  const fact: SettlementFact = {
    settlementId: `${id}`,
    originalId: undefined,
    visitKind: 'inpatient',
    scheme: 'employee',
    homePool: '220100',
    treatmentPool: '110000',
    institutionCode: 'H1',
    settledAt: 1 as Instant,
    totalFen: fen(1_000),
    shares: { ...NO_SHARES, poolFundFen: fen(fund), personalCashFen: fen(1_000 - fund) },
    policyVersion: 'p',
  };
  return { fact, side, contentHash: `hash of ${fund}`, signedBy: side === 'home' ? '220000' : '110000' };
}

/** What a database would hold after batch upon batch. */
class Memory {
  readonly facts = new Map<string, Partial<Record<Side, ArrivedFact>>>();
  readonly states = new Map<string, MatchState>();
  contradictions = 0;
  repeated = 0;

  take(batch: readonly ArrivedFact[]): void {
    const known = new Map<string, KnownSettlement>();
    const stored = new Map<string, Partial<Record<Side, SettlementFact>>>();
    for (const [id, { treatment, home }] of this.facts) {
      known.set(id, {
        treatmentHash: treatment?.contentHash,
        homeHash: home?.contentHash,
        isCleared: false,
        resendBy: undefined,
      });
      stored.set(id, {
        ...(treatment && { treatment: treatment.fact }),
        ...(home && { home: home.fact }),
      });
    }
    const decision = decideArrivals(batch, known, stored);
    for (const one of decision.added) {
      const id = one.fact.settlementId;
      expect(this.facts.get(id)?.[one.side]).toBeUndefined();
      this.facts.set(id, { ...this.facts.get(id), [one.side]: one });
    }
    for (const { shown, state } of decision.standings) this.states.set(shown.settlementId, state);
    this.contradictions += decision.contradictions.length;
    this.repeated += decision.repeated;
    expect(decision.replaced).toEqual([]);
  }
}

/** The first word of each side counts; written down without batches, hashes or lists. */
function naive(facts: readonly Said[]) {
  const first = new Map<string, Partial<Record<Side, number>>>();
  let contradictions = 0;
  let repeated = 0;
  for (const { id, side, fund } of facts) {
    const sides = first.get(`${id}`) ?? {};
    const before = sides[side];
    if (before === undefined) first.set(`${id}`, { ...sides, [side]: fund });
    else if (before === fund) repeated += 1;
    else contradictions += 1;
  }
  const states = [...first].map(([id, { treatment, home }]) => {
    if (treatment === undefined || home === undefined) return [id, 'ONE_SIDED'] as const;
    return [id, treatment === home ? 'MATCHED' : 'DIFFERENT'] as const;
  });
  return { states: new Map(states), contradictions, repeated };
}

test('however facts are cut into batches, each side counts once by its first word, and matches only its equal', () => {
  fc.assert(
    fc.property(
      fc.array(said, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (facts, cuts) => {
        const memory = new Memory();
        let left = facts.map(arrived);
        for (const size of [...cuts, facts.length]) {
          memory.take(left.slice(0, size));
          left = left.slice(size);
        }
        const { states, contradictions, repeated } = naive(facts);
        expect(memory.states).toEqual(states);
        expect({ contradictions: memory.contradictions, repeated: memory.repeated }).toEqual({
          contradictions,
          repeated,
        });
      },
    ),
    { numRuns: 500 },
  );
});

test('without contradictions the order says nothing', () => {
  const equal = fc.record({ id: fc.integer({ min: 1, max: 4 }), side: fc.constantFrom(...SIDES) });
  fc.assert(
    fc.property(fc.array(equal, { maxLength: 20 }), (facts) => {
      const [forth, back] = [new Memory(), new Memory()];
      const arrivals = facts.map((fact) =>
        arrived({ ...fact, fund: fact.side === 'home' && fact.id === 1 ? 101 : 100 }),
      );
      forth.take(arrivals);
      back.take(arrivals.toReversed());
      expect(back.states).toEqual(forth.states);
    }),
    { numRuns: 300 },
  );
});
