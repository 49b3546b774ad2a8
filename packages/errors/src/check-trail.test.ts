import { describe, expect, test } from '@jest/globals';
import { type CallEnd, checkTrail } from './check-trail.ts';

const states = (call: string, end: CallEnd) =>
  checkTrail(call, end).map(
    ({ name, state }) => `${name} ${{ PASSED: '+', FAILED: 'x', NOT_REACHED: '.' }[state]}`,
  );

describe('how a call went', () => {
  test('a refusal of the treatment site leaves the home region unasked', () => {
    expect(states('settle', { refusal: { code: 'CAT-UNMAPPED', values: {} } }).join(' ')).toBe(
      'access + form + key + institution + visit + duplicates + discharge + lines + dates + mapping x sums . ' +
        'network . credential . enrolment . home-opening . networked . suspension . injury . chronic . maternity . ' +
        'filing . chosen-hospital . policy . limits . account . accumulators . outcome .',
    );
  });

  test("a refusal of the home region passed everything of the treatment site's", () => {
    const trail = states('settle', {
      refusal: { code: 'ENR-MOVED', values: {} },
      refusedBy: 'home-region',
    });
    expect(trail.slice(trail.indexOf('sums +'))).toEqual([
      'sums +',
      'network +',
      'credential +',
      'enrolment x',
      'home-opening .',
      'networked .',
      'suspension .',
      'injury .',
      'chronic .',
      'maternity .',
      'filing .',
      'chosen-hospital .',
      'policy .',
      'limits .',
      'account .',
      'accumulators .',
      'outcome .',
    ]);
  });

  test.each([
    ['treatment-site', 'network .', 'REV-LATER'],
    ['home-region', 'network +', 'REV-CLOSED'],
  ] as const)('a refund refused by the %s', (refusedBy, network, code) => {
    const trail = states('refund', { refusal: { code, values: {} }, refusedBy });
    expect(trail).toContain(network);
    expect(trail).toContain('refund x');
  });

  test('a success passes everything, its notes beside the checks they belong to', () => {
    const trail = checkTrail('settle', { notes: ['OK-LATE', 'STL-LIMIT', 'ACC-BALANCE'] });
    expect(trail.every(({ state }) => state === 'PASSED')).toBe(true);
    expect(trail.flatMap(({ name, code }) => (code === '' ? [] : [`${name} ${code}`]))).toEqual([
      'filing OK-LATE',
      'limits STL-LIMIT',
      'account ACC-BALANCE',
    ]);
  });

  test('a code outside what the call checks still shows its check', () => {
    expect(states('list-settlements', { refusal: { code: 'VST-NOTFOUND', values: {} } })).toEqual([
      'access +',
      'form +',
      'visit x',
    ]);
  });
});
