import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import { sumFlawOf } from './bill-sums.ts';
import type { Bill, BillParts, SplitLine } from './command.ts';

const parts = (totalFen: number, selfPaidFen = 0, prepaySelfFen = 0): BillParts => ({
  totalFen: fen(totalFen),
  selfPaidFen: fen(selfPaidFen),
  overLimitFen: fen(0),
  prepaySelfFen: fen(prepaySelfFen),
  inScopeFen: fen(totalFen - selfPaidFen - prepaySelfFen),
});
const line = (lineNumber: number, category: '09' | '11', amounts: BillParts, group = ''): SplitLine => ({
  lineNumber,
  category,
  group,
  ...amounts,
});

/** A visit of 300.00: drugs of 200.00 with a return in it, and traditional medicine of 100.00. */
const LINES = [
  line(1, '09', parts(250_00, 0, 25_00)),
  line(2, '09', parts(-50_00, 0, -5_00)),
  line(3, '11', parts(100_00, 100_00), 'TCM'),
];
const visitOf = (change: Partial<Bill>, kind: Bill['visit']['kind'] = 'outpatient'): Bill => ({
  visit: {
    visitId: new Uint8Array(16),
    kind,
    admissionDate: localDate('2025-02-05'),
    emergency: false,
    injury: false,
    thirdPartyLiable: false,
    injuryStatementSigned: false,
    paidInFull: false,
    hospitalLevel: 'L3',
    hospitalKind: 'general',
    institutionOpen: true,
    diseaseNotOpen: false,
    institutionSuspended: false,
  },
  totalFen: fen(300_00),
  categories: [
    { code: '09', ...parts(200_00, 0, 20_00) },
    { code: '11', ...parts(100_00, 100_00) },
  ],
  groups: [
    { group: '', ...parts(200_00, 0, 20_00) },
    { group: 'TCM', ...parts(100_00, 100_00) },
  ],
  lines: LINES,
  useAccount: false,
  ...change,
});
const flaw = (stated: number, counted: number, categoryCode?: string) => ({
  statedFen: `${stated}`,
  countedFen: `${counted}`,
  ...(categoryCode === undefined ? {} : { categoryCode }),
});

describe('categories, groups and lines of one bill', () => {
  test.each<[string, Partial<Bill>, ReturnType<typeof flaw> | undefined]>([
    ['agree', {}, undefined],
    ['agree whatever the order of the lines', { lines: LINES.toReversed() }, undefined],
    ['a total a fen higher', { totalFen: fen(300_01) }, flaw(300_01, 300_00)],
    ['no lines', { lines: [] }, flaw(300_00, 0)],
    ['a line missing', { lines: LINES.slice(1) }, flaw(300_00, 50_00)],
    ['a line twice', { lines: [...LINES, LINES[2] as SplitLine] }, flaw(300_00, 400_00)],
    [
      'a line whose parts are not its total',
      { lines: [{ ...(LINES[0] as SplitLine), inScopeFen: fen(224_99) }, ...LINES.slice(1)] },
      flaw(250_00, 249_99),
    ],
    [
      'a line under another category',
      { lines: [...LINES.slice(0, 2), line(3, '09', parts(100_00, 100_00), 'TCM')] },
      flaw(200_00, 300_00, '09'),
    ],
    [
      'a line in another group',
      { lines: [...LINES.slice(0, 2), line(3, '11', parts(100_00, 100_00))] },
      flaw(200_00, 300_00),
    ],
    [
      'a fen moved from one part to another',
      { lines: [line(1, '09', parts(250_00, 0, 25_01)), ...LINES.slice(1)] },
      flaw(20_00, 20_01, '09'),
    ],
    [
      'a category that the lines do not have',
      { lines: [line(1, '09', parts(300_00, 0, 20_00))] },
      flaw(200_00, 300_00, '09'),
    ],
  ])('%s', (_, change, expected) => {
    expect(sumFlawOf(visitOf(change))).toEqual(expected);
  });

  test('a category that comes to nothing may stand in the lines alone', () => {
    const given = [...LINES, line(4, '11', parts(10_00)), line(5, '11', parts(-10_00))];
    expect(sumFlawOf(visitOf({ lines: given }))).toBeUndefined();
  });

  test.each([
    ['inpatient', undefined],
    ['maternity', undefined],
    ['outpatient', flaw(300_00, 0)],
    ['chronic', flaw(300_00, 0)],
  ] as const)('a bill of kind %s without lines: %j', (kind, expected) => {
    expect(sumFlawOf(visitOf({ lines: [] }, kind))).toEqual(expected);
  });
});
