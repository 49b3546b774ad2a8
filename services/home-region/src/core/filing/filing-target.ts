import type { RegionDirectory } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { isFilingTarget, provinceWideTargets } from '@yijie/filing';

/**
 * A code that nobody has given out is a slip of the form; a region that is there but no place to file to (a district,
 * a whole province, a prefecture that was dissolved) is the person's own mistake. Each has its code.
 */
export function refuseTarget(regions: RegionDirectory, targetRegion: string): Refusal | undefined {
  const isWhole = provinceWideTargets[targetRegion] !== undefined;
  const known = regions.find(targetRegion);
  if (known === undefined && !isWhole) {
    return refuse('FRM-REGION', { field: 'target_region', value: targetRegion });
  }
  // The group of units directly under a province is filed to as one, although it is no pool itself.
  const isPlace = isWhole || regions.isPool(targetRegion) || targetRegion.endsWith('9000');
  return isPlace && isFilingTarget(targetRegion) ? undefined : refuse('FIL-TARGET', { targetRegion });
}
