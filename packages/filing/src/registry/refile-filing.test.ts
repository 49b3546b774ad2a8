import { describe, expect, test } from '@jest/globals';
import { addDays, localDate, startOfDay } from '@yijie/calendar';
import { context, record, request, TODAY } from '../../test/registry.ts';
import { refileFiling } from './refile-filing.ts';

const right = request({ targetRegion: '440300', selfService: true });
const longTerm = record({
  type: 'LT_WORKER',
  until: undefined,
  from: TODAY,
  effectiveAt: startOfDay(TODAY),
  lockedUntil: localDate('2026-01-15'),
});

describe('a region chosen wrongly', () => {
  test('the filing in force is cancelled and the right one made', () => {
    const wrong = record();
    const result = refileFiling(wrong, right, context({ held: [wrong] }));
    if (!result.ok) throw new Error(result.code);
    expect(result.rows).toMatchObject([
      {
        filingId: 'F1',
        version: 2,
        state: 'CANCELLED',
        reasonCode: 'WRONG-REGION',
        until: addDays(TODAY, 1),
      },
      { filingId: 'N1', version: 1, state: 'EFFECTIVE', targetRegion: '440300' },
    ]);
    expect(result.transitions.map(({ event }) => event)).toEqual(['cancel', 'submit-self-service']);
  });

  test('one that waits for its review is withdrawn', () => {
    const wrong = record({ state: 'REQUESTED', effectiveAt: undefined });
    const result = refileFiling(wrong, right, context({ held: [wrong] }));
    expect(result.ok && result.transitions.map(({ event, to }) => [event, to])).toEqual([
      ['withdraw', 'CANCELLED'],
      ['submit-self-service', 'EFFECTIVE'],
    ]);
  });

  test('a long-term one may be filed anew although it is the only one allowed', () => {
    const anew = request({
      type: 'LT_WORKER',
      targetRegion: '440300',
      evidence: ['work-proof'],
      selfService: true,
    });
    const result = refileFiling(longTerm, anew, context({ held: [longTerm] }));
    expect(result.ok && result.rows.map(({ state }) => state)).toEqual(['CANCELLED', 'EFFECTIVE']);
  });

  test.each([
    ['within a day of taking effect, although used', { used: true }, 0, true],
    ['after a day, when never used', { used: false }, 2, true],
    ['after a day, once used', { used: true }, 2, false],
  ])('the lock, %s: %o', (_when, { used }, daysLater, free) => {
    const today = addDays(TODAY, daysLater);
    const anew = request({
      from: today,
      type: 'LT_WORKER',
      targetRegion: '440300',
      evidence: ['work-proof'],
    });
    const result = refileFiling(longTerm, anew, context({ held: [longTerm], used, today }));
    expect(result.ok ? 'free' : result.code).toBe(free ? 'free' : 'FIL-LOCKED');
  });

  test('when the right one is refused, the wrong one stays as it is', () => {
    const wrong = record();
    const other = record({ filingId: 'F2', targetRegion: '440300' });
    const result = refileFiling(wrong, right, context({ held: [wrong, other] }));
    expect(result).toMatchObject({ ok: false, code: 'FIL-DUP', values: { filingId: 'F2' } });
  });
});
