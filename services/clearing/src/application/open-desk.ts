import { NATIONAL_CENTRE, platformOf, type RunOwner } from '@yijie/clearing';
import type { RegionDirectory } from '@yijie/codes';
import type { RunDesk } from './runs/run-desk.ts';

/** The desk of a deployment: which provinces there are, and what they are called in print. */
export function openDesk(
  parts: Omit<RunDesk, 'provinces' | 'names'> & { readonly regions: RegionDirectory },
): RunDesk {
  const { regions, ...rest } = parts;
  const provinces = PROVINCE_NUMBERS.map((number) => `${number}0000`).filter(
    (province) => regions.poolsOf(province).length > 0,
  );
  return { ...rest, provinces, names: namesOf(provinces, regions) };
}

/** GB/T 2260 numbers provinces within 11 … 82. */
const PROVINCE_NUMBERS = Array.from({ length: 72 }, (_, at) => at + 11);

function namesOf(provinces: readonly RunOwner[], regions: RegionDirectory): ReadonlyMap<string, string> {
  const names = new Map([[NATIONAL_CENTRE, '国家医保信息平台']]);
  for (const province of provinces) {
    names
      .set(province, regions.nameOf(province))
      .set(platformOf(province), `${regions.nameOf(province)}平台`);
    for (const { code, name } of regions.poolsOf(province)) names.set(code, name);
  }
  return names;
}
