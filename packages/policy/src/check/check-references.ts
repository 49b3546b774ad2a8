import type { Amount } from '../pack/leaves.ts';
import type { Pack } from '../pack/pack.ts';
import { type Path, tablesOf } from '../pack/sections.ts';
import { type CheckFinding, formFinding } from './finding.ts';

/** Each identity group doubles the cases a pack tells apart. */
const GROUPS_MAX = 12;

/** Tables ask only for diseases, indexes and persons that exist, and cover all persons of the scheme. */
export function checkReferences(pack: Pack): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  const diseases = Object.keys(pack.diseases ?? {});
  const persons = pack.scheme === 'employee' ? ['active', 'retired'] : ['resident', 'child'];
  const groups = new Set<string>();
  for (const { table, path } of tablesOf(pack)) {
    const keys = table.entries.flatMap((entry) => entry.keys);
    if (table.by === 'group') for (const key of keys) groups.add(key);
    if (table.by === 'disease')
      for (const key of keys.filter((name) => !diseases.includes(name)))
        findings.push(
          formFinding([...path, key], `must be one of the pack's diseases: ${diseases.join(', ')}`),
        );
    if (table.by !== 'person') continue;
    for (const key of keys.filter((name) => !persons.includes(name)))
      findings.push(
        formFinding([...path, key], `must be a person class of the scheme: ${persons.join(', ')}`),
      );
    const missing = persons.filter((name) => !keys.includes(name));
    if (missing.length > 0 && table.other === undefined)
      findings.push(formFinding(path, `must have entries for ${missing.join(', ')}, or other`));
  }
  if (groups.size > GROUPS_MAX)
    findings.push(formFinding(['layers'], `must name at most ${GROUPS_MAX} identity groups`));
  return [...findings, ...checkAmounts(pack), ...checkDiseaseCodes(pack)];
}

function checkDiseaseCodes(pack: Pack): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const seen = new Set<string>();
  for (const [name, codes] of Object.entries(pack.diseases ?? {}))
    codes.forEach((code, index) => {
      if (seen.has(code))
        findings.push(formFinding(['diseases', name, index], 'must stand under one name only'));
      seen.add(code);
    });
  return findings;
}

/** Where `none` makes sense: what can be without a limit. */
const LIMITS: ReadonlySet<string | number> = new Set(['ceilings', 'ceiling', 'yearCap', 'diseaseLimit']);

/** Indexes exist; shares of the bill stand only where a bill is at hand: deductibles and thresholds. */
function checkAmounts(pack: Pack): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isAmount(node)) {
      if (node.kind === 'index' && pack.indexes?.[node.index] === undefined)
        findings.push(
          formFinding(path, `must be a share of total, in-scope, salary or an index; no ${node.index}`),
        );
      const field = path.at(-1);
      const inDeductible = path.includes('deductible') && field === 'amount';
      if (node.kind === 'share' && !inDeductible && field !== 'threshold')
        findings.push(formFinding(path, 'must not be a share of the bill'));
      const isLimit = path.some((key) => LIMITS.has(key)) && field !== 'threshold' && !inDeductible;
      if (node.kind === 'none' && !isLimit) findings.push(formFinding(path, 'must be an amount'));
      return;
    }
    // Inside a cell the path stays that of the field: entries of tables are no fields of the file.
    const inside =
      'entries' in node || 'keys' in node || 'value' in node || (Array.isArray(node) && isEntries(node));
    for (const [key, value] of Object.entries(node))
      walk(value, inside ? path : [...path, Array.isArray(node) ? Number(key) : key]);
  };
  for (const section of ['itemGroups', 'visits', 'layers'] as const) walk(pack[section], [section]);
  return findings;
}

function isAmount(node: object): node is Amount {
  const kind = (node as { kind?: unknown }).kind;
  return kind === 'fixed' || kind === 'none' || kind === 'index' || kind === 'share';
}

function isEntries(list: readonly unknown[]): boolean {
  const first = list[0];
  return typeof first === 'object' && first !== null && 'keys' in first;
}
