import type { Pack } from './parse-pack.ts';

export interface CheckFinding {
  readonly code: 'POL-FORM' | 'POL-LIMIT';
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a schema alone can't see: references, dates, sources, and combinations. */
export function checkPack(pack: Pack): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  const { from, until } = pack.effective;
  if (until !== undefined && until <= from)
    findings.push({ code: 'POL-FORM', path: ['effective', 'until'], message: `must be after ${from}` });
  return findings;
}
