import { describe, expect, test } from '@jest/globals';
import { type Period, period } from '../period.ts';
import { type Candidate, decideMembership, type OwnerProgress } from './decide-membership.ts';

const MARCH = period(202603);
const READY: Candidate = {
  settledPeriod: MARCH,
  homePool: '220100',
  treatmentPool: '110000',
  isMatched: true,
  isConfirmed: true,
  original: undefined,
  isAdmittedLate: false,
};
const NOTHING_CUT: Readonly<Record<string, OwnerProgress>> = {};

function decide(change: Partial<Candidate>, progress = NOTHING_CUT) {
  const none = { openPeriod: 0, closedYear: 0 };
  const decided = decideMembership({ ...READY, ...change }, (owner) => progress[owner] ?? none, 2);
  if (!decided.isCleared) return decided.reasons.join(' ');
  const { national, home, treatment } = decided.membership;
  return [national ?? '-', home, treatment].join(' ');
}

function open(openPeriod: number, closedYear = 0): OwnerProgress {
  return { openPeriod, closedYear };
}

const original = (national: number, home: number, treatment: number) => ({
  national: national as Period,
  home: home as Period,
  treatment: treatment as Period,
});

describe('a row enters', () => {
  test.each<[string, Partial<Candidate>, Readonly<Record<string, OwnerProgress>>, string]>([
    ['its own month while nothing is cut', {}, {}, '202603 202603 202603'],
    ['the next month when the centre has cut', {}, { CN: open(202604) }, '202604 202604 202604'],
    [
      'the month that all its owners still take',
      {},
      { 220000: open(202604), 110000: open(202605) },
      '202605 202605 202605',
    ],
    ['its month whatever other provinces have cut', {}, { 440000: open(202605) }, '202603 202603 202603'],
    ['one run within a province', { treatmentPool: '220200' }, { 220000: open(202604) }, '- 202604 202604'],
    ['two months late', {}, { CN: open(202605) }, '202605 202605 202605'],
    ['no run three months late', {}, { CN: open(202606) }, 'TOO_LATE'],
    [
      'later, once the limit is lifted',
      { isAdmittedLate: true },
      { CN: open(202609) },
      '202609 202609 202609',
    ],
    ['no run of a closed year', { isAdmittedLate: true }, { 110000: open(202603, 2026) }, 'TOO_LATE'],
    ['no run unmatched', { isMatched: false }, {}, 'NOT_MATCHED'],
    ['no run unconfirmed', { isConfirmed: false }, {}, 'NOT_HOSPITAL_CONFIRMED'],
    [
      'none for two reasons',
      { isMatched: false, isConfirmed: false },
      {},
      'NOT_MATCHED NOT_HOSPITAL_CONFIRMED',
    ],
    ['none before its original', { original: 'NOT_CLEARED' }, {}, 'ORIGINAL_NOT_CLEARED'],
    [
      'the run of a late original',
      { original: original(202604, 202604, 202604) },
      {},
      '202604 202604 202604',
    ],
  ])('%s', (_, change, progress, expected) => {
    expect(decide(change, progress)).toBe(expected);
  });
});
