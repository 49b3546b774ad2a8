declare const kind: unique symbol;

/** Six digits: a division of GB/T 2260 or an insurance pool (统筹区). */
export type RegionCode = string & { readonly [kind]: 'RegionCode' };

/** Returns undefined unless `text` is six digits that begin with a province. */
export function parseRegionCode(text: string): RegionCode | undefined {
  return /^[1-8]\d{5}$/.test(text) ? (text as RegionCode) : undefined;
}

/** 430100 → 430000. */
export function provinceOf(region: RegionCode | string): RegionCode {
  return `${region.slice(0, 2)}0000` as RegionCode;
}
