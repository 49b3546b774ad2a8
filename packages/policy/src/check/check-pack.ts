import type { Pack } from '../pack/pack.ts';
import { checkFilingLimits } from './check-filing.ts';
import { checkReferences } from './check-references.ts';
import { checkRules } from './check-rules.ts';
import { checkSources } from './check-sources.ts';
import type { CheckFinding } from './finding.ts';

/** What a schema alone can't see: references, sources, combinations of fields, and the national limits. */
export function checkPack(pack: Pack): readonly CheckFinding[] {
  const findings = [...checkRules(pack), ...checkSources(pack), ...checkReferences(pack)];
  // The limits are computed from the resolved ratios, which needs a pack that is otherwise right.
  return findings.length > 0 ? findings : checkFilingLimits(pack);
}
