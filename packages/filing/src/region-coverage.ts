import { provinceOf } from '@yijie/codes';

/** Municipalities: every code below one belongs to its single pool. */
const MUNICIPALITIES: ReadonlySet<string> = new Set(['110000', '120000', '310000', '500000']);

/**
 * Units one files to as a whole (clearing-and-filing §1.6): the municipalities, Hainan and Tibet by prefix, the Corps
 * by list, since its cities carry codes of Xinjiang's directly administered group.
 */
export const provinceWideTargets: Readonly<
  Record<string, { readonly prefix: string } | { readonly codes: ReadonlySet<string> }>
> = {
  '110000': { prefix: '11' },
  '120000': { prefix: '12' },
  '310000': { prefix: '31' },
  '500000': { prefix: '50' },
  '460000': { prefix: '46' },
  '540000': { prefix: '54' },
  '660000': { codes: corpsCodes() },
};

/** Whether a filing to `target` covers a visit in `pool` (both six digits). */
export function regionCovers(target: string, pool: string): boolean {
  if (target === pool) return true;
  const whole = provinceWideTargets[municipalityOf(target) ?? target];
  if (whole !== undefined) return 'prefix' in whole ? pool.startsWith(whole.prefix) : whole.codes.has(pool);
  if (isDirectGroup(target)) return target.endsWith('00') && pool.startsWith(target.slice(0, 4));
  return target.slice(0, 4) === pool.slice(0, 4);
}

/** Whether two codes name the same pool: equal, or two codes of one municipality (110000 and 119900). */
export function isSamePool(a: string, b: string): boolean {
  return a === b || (municipalityOf(a) !== undefined && municipalityOf(a) === municipalityOf(b));
}

/**
 * Whether one may file to it: a city, a unit directly under a province or their group, a municipality, a
 * province-wide unit or a division of the Corps. Not a whole ordinary province, not a district.
 */
export function isFilingTarget(region: string): boolean {
  if (!/^[1-8]\d{5}$/.test(region)) return false;
  if (provinceWideTargets[region] !== undefined) return true;
  if (municipalityOf(region) !== undefined) return false;
  return isDirectGroup(region) || (region.endsWith('00') && region.slice(2, 4) !== '00');
}

/** xx90yy: units directly under a province, which share nothing but the group code xx9000. */
function isDirectGroup(region: string): boolean {
  return region.slice(2, 4) === '90';
}

function municipalityOf(region: string): string | undefined {
  const province = provinceOf(region);
  return MUNICIPALITIES.has(province) ? province : undefined;
}

/** The Corps, its own level, divisions 1 to 14, and its cities 659001 to 659012 (national pool list of 2022, GB/T 2260). */
function corpsCodes(): ReadonlySet<string> {
  const codes = ['660000', '669900'];
  for (let division = 1; division <= 14; division++)
    codes.push(`66${division.toString().padStart(2, '0')}00`);
  for (let city = 1; city <= 12; city++) codes.push(`6590${city.toString().padStart(2, '0')}`);
  return new Set(codes);
}
