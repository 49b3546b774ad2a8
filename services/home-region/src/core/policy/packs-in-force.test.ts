import { beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalDate, localDate } from '@yijie/calendar';
import type { Pack } from '@yijie/policy';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { readPacks } from '../../repositories/policy-packs.ts';
import { policyBookOf } from './packs-in-force.ts';

let pack: Pack;
beforeAll(async () => {
  const packs = await readPacks(PACKS_FOLDER, '430000');
  pack = packs.find((one) => one.homePool === '430100' && one.scheme === 'employee') as Pack;
});

function bookOf(decidedBy: 'settlement' | 'discharge') {
  const years = [2024, 2025].map((year) => ({
    ...pack,
    version: `changsha@${year}`,
    effective: { from: localDate(`${year}-01-01`), until: localDate(`${year + 1}-01-01`) },
    benefitYear: { ...pack.benefitYear, starts: '01-01', decidedBy },
  }));
  return policyBookOf(years);
}

function find(decidedBy: 'settlement' | 'discharge', settlementDate: string, dischargeDate?: string) {
  const found = bookOf(decidedBy).find({
    homePool: '430100',
    scheme: 'employee',
    settlementDate: localDate(settlementDate),
    dischargeDate: dischargeDate as LocalDate | undefined,
  });
  return found.ok ? [found.policy.version, found.benefitYear] : found.code;
}

describe('which policy and benefit year a stay belongs to', () => {
  test.each([
    ['settlement', '2024-12-31', '2024-12-30', ['changsha@2024', '2024']],
    ['settlement', '2025-01-02', '2024-12-30', ['changsha@2025', '2025']],
    ['discharge', '2025-01-02', '2024-12-30', ['changsha@2024', '2024']],
    ['discharge', '2025-01-02', undefined, ['changsha@2025', '2025']],
    ['discharge', '2025-01-02', '2025-01-02', ['changsha@2025', '2025']],
    ['settlement', '2026-01-01', undefined, 'POL-NONE'],
    ['discharge', '2026-01-01', '2025-12-31', ['changsha@2025', '2025']],
  ] as const)('decided by %s: settled %s, discharged %s', (decidedBy, settled, discharged, expected) => {
    expect(find(decidedBy, settled, discharged)).toEqual(expected);
  });

  test('two policies on one day are a refusal of their own', () => {
    const book = policyBookOf([pack, { ...pack, version: 'again' }]);
    const found = book.find({ homePool: '430100', scheme: 'employee', settlementDate: pack.effective.from });
    expect(found).toMatchObject({ ok: false, code: 'POL-OVERLAP' });
  });

  test('a version is found again for ever, one that never was is not', () => {
    const book = bookOf('settlement');
    expect(book.byVersion('changsha@2024')?.version).toBe('changsha@2024');
    expect(book.byVersion('changsha@2023')).toBeUndefined();
  });
});
