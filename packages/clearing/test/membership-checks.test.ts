import { describe, expect, test } from '@jest/globals';
import { type ClearedPlace, checkR9, checkR10, checkR19, period, type RunCandidate } from '../src/index.ts';

const runsIn = (yyyymm: number, ...owners: string[]) =>
  owners.map((owner) => ({ owner, period: period(yyyymm) }));

describe('R9', () => {
  const place: ClearedPlace = {
    settlementId: 'S0',
    homePool: '440100',
    treatmentPool: '220200',
    runs: runsIn(202602, 'CN', '220000', '440000'),
    yearEnds: 0,
  };
  const refund: ClearedPlace = {
    ...place,
    settlementId: 'S6',
    originalId: 'S0',
    runs: runsIn(202603, 'CN', '220000', '440000'),
  };
  test.each<[string, ClearedPlace[], string[]]>([
    ['a settlement and its refund', [place, refund], []],
    ['within a province', [{ ...place, homePool: '220100', runs: runsIn(202602, '220000') }], []],
    ['no run, settled at the year’s end', [{ ...place, runs: [], yearEnds: 1 }], []],
    ['missing at the centre', [{ ...place, runs: runsIn(202602, '220000', '440000') }], ['S0 runs of CN']],
    [
      'twice at the centre',
      [{ ...place, runs: [...place.runs, ...runsIn(202603, 'CN')] }],
      ['S0 runs of CN'],
    ],
    [
      'in a run of somebody else',
      [{ ...place, runs: [...place.runs, ...runsIn(202602, '110000')] }],
      ['S0 runs of 110000'],
    ],
    [
      'in its runs and at the year’s end',
      [{ ...place, yearEnds: 1 }],
      ['S0 runs of CN', 'S0 runs of 440000', 'S0 runs of 220000'],
    ],
    ['at two year’s ends', [{ ...place, runs: [], yearEnds: 2 }], ['S0 year-end applications']],
    [
      'a refund before its stay',
      [place, { ...refund, runs: runsIn(202601, 'CN', '220000', '440000') }],
      ['S6 before S0 at CN', 'S6 before S0 at 220000', 'S6 before S0 at 440000'],
    ],
  ])('%s', (_, places, failing) => {
    expect(checkR9(places).map(({ row }) => row)).toEqual(failing);
  });
});

test.each<[string, Partial<RunCandidate>, number]>([
  ['in the run, confirmed and matched', {}, 0],
  ['in the run unmatched', { matched: false }, 1],
  ['in the run unconfirmed', { hospitalConfirmed: false }, 1],
  ['in the run and carried', { carried: ['MOVED_OUT'] }, 1],
  ['carried with a reason', { inRun: false, matched: false, carried: ['NOT_MATCHED'] }, 0],
  ['neither in the run nor carried', { inRun: false }, 1],
])('R10: %s', (_, change, failures) => {
  const candidate: RunCandidate = {
    settlementId: 'S1',
    inRun: true,
    matched: true,
    hospitalConfirmed: true,
    carried: [],
  };
  expect(checkR10([{ ...candidate, ...change }])).toHaveLength(failures);
});

test('R19: which tables came out differently', () => {
  const content = (all: string, beijing: string) => ({
    contentHash: all,
    partyHashes: new Map([
      ['110000', beijing],
      ['220000', 'b'],
    ]),
  });
  expect(checkR19(content('x', 'a'), content('x', 'a'))).toEqual([]);
  expect(checkR19(content('x', 'a'), content('y', 'z')).map(({ row }) => row)).toEqual([
    'content hash of the run',
    'tables of 110000',
  ]);
});
