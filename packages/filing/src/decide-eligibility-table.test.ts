import { describe, expect, test } from '@jest/globals';
import { addDays, startOfDay } from '@yijie/calendar';
import { VISIT_KINDS } from '@yijie/codes';
import fc from 'fast-check';
import { ADMISSION, facts, filing, SETTLEMENT } from '../test/facts.ts';
import { byTheLetter } from '../test/table-by-the-letter.ts';
import { type EligibilityFacts, FILING_STATES, type Filing } from './contract.ts';
import { decideEligibility } from './decide-eligibility.ts';
import { DECISION_ROWS } from './decision-codes.ts';

const TYPES = [
  'LT_RETIREE',
  'LT_RESIDENT',
  'LT_WORKER',
  'TM_REFERRAL',
  'TM_OTHER',
  'TM_EMERGENCY',
  'MATERNITY',
] as const;
const REGIONS = ['440100', '440300', '310000'] as const;
/** The days around admission and settlement, at which every answer about time turns. */
const EDGES = [ADMISSION, SETTLEMENT].flatMap((day) => [-1, 0, 1].map((days) => addDays(day, days)));
const STARTS = [addDays(ADMISSION, -60), ...EDGES];
const ENDS = [...EDGES, addDays(SETTLEMENT, 60), undefined];

function verdictOf(asked: EligibilityFacts) {
  const { row, route, ratioClass, code } = decideEligibility(asked);
  return [row, route, ratioClass, code];
}

function agree(asked: EligibilityFacts): void {
  const verdict = verdictOf(asked);
  const expected = byTheLetter(asked);
  if (verdict.join() !== expected.join()) expect([verdict, asked]).toEqual([expected, asked]);
}

describe('the decision table, written down a second time by the letter', () => {
  test.each(VISIT_KINDS)(
    '%s: one filing, every type and state, from and to every edge ±1 day',
    (visitKind) => {
      const settlementDate = visitKind === 'inpatient' ? SETTLEMENT : ADMISSION;
      const chronic = { diseaseCode: 'M03900', listed: true, qualified: true, institutionOpened: true };
      let compared = 0;
      for (const type of TYPES)
        for (const state of FILING_STATES)
          for (const from of STARTS)
            for (const last of ENDS) {
              const until = last && addDays(last, 1);
              if (until !== undefined && until <= from) continue;
              for (const [emergency, paidInFull] of [
                [false, false],
                [true, false],
                [false, true],
              ] as const) {
                const effectiveAt =
                  state === 'REQUESTED' || state === 'REJECTED' ? undefined : startOfDay(from);
                const filings = [filing({ type, state, from, until, effectiveAt })];
                agree(facts({ visitKind, settlementDate, emergency, paidInFull, chronic, filings }));
                compared += 1;
              }
            }
      expect(compared).toBeGreaterThan(5_000);
    },
  );

  const anyFiling = fc
    .record({
      id: fc.integer({ min: 0, max: 9 }),
      type: fc.constantFrom(...TYPES),
      state: fc.constantFrom(...FILING_STATES),
      targetRegion: fc.constantFrom(...REGIONS),
      from: fc.constantFrom(...STARTS),
      last: fc.constantFrom(...ENDS),
      proof: fc.constantFrom('NONE' as const, 'PENDING' as const, 'COMPLETE' as const),
      never: fc.boolean(),
    })
    .map(({ id, last, never, ...rest }): Filing => {
      const until = last === undefined || last < rest.from ? undefined : addDays(last, 1);
      return filing({
        ...rest,
        filingId: `F${id}`,
        until,
        effectiveAt: never ? undefined : startOfDay(rest.from),
      });
    });
  const often = fc.integer({ min: 0, max: 9 }).map((n) => n > 0);
  const seldom = often.map((value) => !value);
  const anyFacts = fc
    .record({
      credentialValid: often,
      identityMatches: often,
      enrolment: fc.constantFrom(
        ...([
          'ACTIVE',
          'ACTIVE',
          'ACTIVE',
          'ACTIVE',
          'ACTIVE',
          'ARREARS',
          'STOPPED',
          'WAITING',
          'MOVED',
        ] as const),
      ),
      treatmentPool: fc.constantFrom('440100', '440100', '440300', '310000', '430100'),
      visitKind: fc.constantFrom(...VISIT_KINDS),
      emergency: seldom,
      injury: seldom,
      thirdPartyLiable: fc.boolean(),
      injuryStatementSigned: fc.boolean(),
      paidInFull: seldom,
      institutionOpen: often,
      institutionSuspended: seldom,
      homeOpenedService: often,
      outpatientFilingWaived: seldom,
      institutionChosen: fc.constantFrom(undefined, true, false),
      chronic: fc.option(
        fc.record({
          diseaseCode: fc.constant('M03900'),
          listed: often,
          qualified: often,
          institutionOpened: often,
        }),
        { nil: undefined, freq: 9 },
      ),
      maternityOpenBothSides: often,
      maternityRequiresFiling: often,
      moment: fc.constantFrom(undefined, -1, 0, 1),
      filings: fc.uniqueArray(anyFiling, { maxLength: 4, selector: ({ filingId }) => filingId }),
    })
    .map(({ moment, ...rest }) => {
      const settlementDate = rest.visitKind === 'inpatient' ? SETTLEMENT : ADMISSION;
      const settledAt = moment === undefined ? undefined : startOfDay(settlementDate) + moment;
      return facts({ ...rest, settlementDate, settledAt: settledAt as EligibilityFacts['settledAt'] });
    });

  test('anything at all, several filings among it; and every row is reached', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(anyFacts, (asked) => {
        agree(asked);
        reached.add(decideEligibility(asked).row);
      }),
      { numRuns: 8_000, seed: 20_260_101 },
    );
    expect(DECISION_ROWS.filter((row) => !reached.has(row))).toEqual([]);
  });
});
