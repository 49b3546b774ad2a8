import { provinceOf, type RegionCode } from './region.ts';

/** A division or pool as data/regions.csv has it. */
export interface Region {
  readonly code: RegionCode;
  readonly name: string;
  readonly provinceName: string;
  /** In the national list of insurance pools (统筹区), and not a prefecture that was dissolved. */
  readonly isPool: boolean;
}

/** Look-ups of regions by code. */
export interface RegionDirectory {
  find(code: string): Region | undefined;
  /** 430100 → 长沙市; with `full` 湖南省长沙市. A code that isn't listed is shown as it is. */
  nameOf(code: string, options?: { readonly full?: boolean }): string;
  isPool(code: string): boolean;
  /** The pools of a province, in order of code. A municipality is a pool itself. */
  poolsOf(province: string): readonly Region[];
}

export function regionDirectory(regions: readonly Region[]): RegionDirectory {
  const byCode = new Map<string, Region>(regions.map((region) => [region.code, region]));
  const pools = Map.groupBy(
    regions.filter(({ isPool }) => isPool).toSorted((a, b) => (a.code < b.code ? -1 : 1)),
    ({ code }) => provinceOf(code),
  );
  return {
    find: (code) => byCode.get(code),
    isPool: (code) => byCode.get(code)?.isPool === true,
    poolsOf: (province) => pools.get(provinceOf(province)) ?? [],
    nameOf(code, { full = false } = {}) {
      const region = byCode.get(code);
      if (region === undefined) return code;
      const isWithin = full && !region.name.startsWith(region.provinceName);
      return isWithin ? `${region.provinceName}${region.name}` : region.name;
    },
  };
}
