import { describe, expect, test } from '@jest/globals';
import { addDays, rangesOverlap } from '@yijie/calendar';
import fc from 'fast-check';
import { command, context, request, TODAY } from '../../test/registry.ts';
import { applyFilingEvent } from './apply-filing-event.ts';
import { dueEvent, dueOn } from './due-event.ts';
import { EVIDENCE, type Evidence, FILING_EVENTS, type FilingRecord } from './filing-record.ts';
import { submitFiling } from './submit-filing.ts';

const REGIONS = ['440100', '440300', '310000', '429000', '429004'];
const TYPES = ['LT_RETIREE', 'LT_WORKER', 'TM_REFERRAL', 'TM_OTHER', 'MATERNITY'] as const;

const step = fc.oneof(
  fc.record({ kind: fc.constant('days' as const), days: fc.integer({ min: 1, max: 90 }) }),
  fc.record({
    kind: fc.constant('submit' as const),
    type: fc.constantFrom(...TYPES),
    targetRegion: fc.constantFrom(...REGIONS),
    ahead: fc.integer({ min: 0, max: 40 }),
    byCommitment: fc.boolean(),
    selfService: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('event' as const),
    event: fc.constantFrom(...FILING_EVENTS),
    which: fc.nat({ max: 7 }),
    targetRegion: fc.constantFrom(...REGIONS),
  }),
);

/** What a person's filings became by these steps: every version ever written, in order. */
function live(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): FilingRecord[] {
  const written: FilingRecord[] = [];
  let today = TODAY;
  let ids = 0;
  for (const act of steps) {
    const held = newest(written);
    const around = context({ today, held });
    if (act.kind === 'days') {
      today = addDays(today, act.days);
      for (
        let swept = sweep(newest(written), today);
        swept.length > 0;
        swept = sweep(newest(written), today)
      ) {
        written.push(...swept);
      }
      continue;
    }
    const filing = act.kind === 'event' ? held[act.which % Math.max(1, held.length)] : undefined;
    if (act.kind === 'event' && filing === undefined) continue;
    const filingId = `F${ids++}`;
    const result =
      act.kind === 'submit'
        ? submitFiling(
            request({
              ...act,
              filingId,
              from: addDays(today, act.ahead),
              evidence: act.byCommitment ? [] : allEvidence,
            }),
            around,
          )
        : applyFilingEvent(
            filing as FilingRecord,
            act.event === 'change'
              ? {
                  event: 'change',
                  newFilingId: filingId,
                  targetRegion: act.targetRegion,
                  evidence: allEvidence,
                }
              : act.event === 'renew'
                ? { event: 'renew', newFilingId: filingId }
                : command(act.event),
            around,
          );
    if (result.ok) written.push(...result.rows);
  }
  return written;
}

const allEvidence: readonly Evidence[] = EVIDENCE;

function sweep(held: readonly FilingRecord[], today: typeof TODAY): FilingRecord[] {
  return held.flatMap((filing) => {
    const event = dueEvent(filing, today);
    if (event === undefined) return [];
    const result = applyFilingEvent(filing, command(event), context({ today, held, actor: 'timer' }));
    if (!result.ok) throw new Error(`a due event was refused: ${event} ${result.code}`);
    return result.rows;
  });
}

function newest(written: readonly FilingRecord[]): FilingRecord[] {
  return [...new Map(written.map((version) => [version.filingId, version])).values()];
}

describe('the filings of one person, whatever happens', () => {
  test('versions count up by one and a finished filing stays finished', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const last = new Map<string, FilingRecord>();
        for (const version of live(steps)) {
          const before = last.get(version.filingId);
          expect(version.version).toBe((before?.version ?? 0) + 1);
          if (before !== undefined) {
            expect(['REJECTED', 'CANCELLED', 'CHANGED']).not.toContain(before.state);
            if (before.state === 'EXPIRED') expect(version.state).toBe('EXPIRED');
          }
          last.set(version.filingId, version);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('no two filings in force for the same region and service at the same time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const inForce = newest(live(steps)).filter(
          ({ state }) => state === 'EFFECTIVE' || state === 'SCHEDULED',
        );
        for (const a of inForce) {
          for (const b of inForce) {
            if (a === b || !rangesOverlap(a, b)) continue;
            if ((a.type === 'MATERNITY') !== (b.type === 'MATERNITY')) continue;
            expect([a.targetRegion === b.targetRegion, a, b]).toEqual([false, a, b]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a timer owes nothing before the day that is named, and something from it on', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 0, max: 900 }), (steps, ahead) => {
        for (const filing of newest(live(steps))) {
          const day = addDays(TODAY, ahead);
          const due = dueOn(filing);
          expect(dueEvent(filing, day) !== undefined).toBe(due !== undefined && due <= day);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('at most one long-term filing in force', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const longTerm = newest(live(steps)).filter(
          ({ state, type }) => type.startsWith('LT_') && (state === 'EFFECTIVE' || state === 'SCHEDULED'),
        );
        expect(longTerm.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('a thousand pairs of channels: the first to be stored wins, the other learns of it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (type, one, two, swap) => {
          const wanted = { type, byCommitment: false, evidence: allEvidence };
          const pair = [
            request({ ...wanted, filingId: 'A', channel: 'NHSA_APP', selfService: one }),
            request({ ...wanted, filingId: 'B', channel: 'COUNTER', selfService: two }),
          ];
          const [first, second] = swap ? pair.toReversed() : pair;
          const stored = submitFiling(first!, context());
          const late = submitFiling(second!, context({ held: stored.ok ? stored.rows : [] }));
          expect(stored.ok).toBe(true);
          expect(late).toMatchObject({ ok: false, code: 'FIL-DUP', values: { filingId: first!.filingId } });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
