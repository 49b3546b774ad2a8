import type { Pack } from '../pack/pack.ts';
import { type Path, publishedVisits, tablesOf } from '../pack/sections.ts';
import { type CheckFinding, formFinding } from './finding.ts';

interface Section {
  readonly source?: string | undefined;
  readonly assumed?: string | undefined;
}

/** Every section says where its values come from: a source of the pack, or an assumption in words. */
export function checkSources(pack: Pack): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  const known = Object.keys(pack.sources);
  const mayName = (section: Section | undefined, path: Path) => {
    if (section?.source !== undefined && !known.includes(section.source))
      findings.push(
        formFinding([...path, 'source'], `must be one of the pack's sources: ${known.join(', ')}`),
      );
  };
  const mustName = (section: Section | undefined, path: Path, outer?: Section) => {
    if (section === undefined) return;
    mayName(section, path);
    const named = [section, outer].some(
      (given) => given?.source !== undefined || given?.assumed !== undefined,
    );
    if (!named) findings.push(formFinding(path, 'must say its source, or assumed: with the reason'));
  };
  mustName(pack.benefitYear, ['benefitYear']);
  mustName(pack.filing, ['filing']);
  mustName(pack.account, ['account']);
  for (const [name, index] of Object.entries(pack.indexes ?? {})) mustName(index, ['indexes', name]);
  for (const [name, group] of Object.entries(pack.itemGroups ?? {})) mustName(group, ['itemGroups', name]);
  for (const { benefit, path } of publishedVisits(pack)) {
    mayName(benefit, path);
    for (const name of ['deductible', 'payment', 'lumpSum', 'fixedPrice', 'diseaseLimit'] as const)
      mustName(benefit[name], [...path, name], benefit);
    mayName(benefit.deductible?.laterStays, [...path, 'deductible', 'laterStays']);
    benefit.ceilings?.forEach((ceiling, index) => {
      mustName(ceiling, [...path, 'ceilings', index], benefit);
    });
    benefit.payment?.adjust?.forEach((adjustment, index) => {
      mayName(adjustment, [...path, 'payment', 'adjust', index]);
    });
  }
  pack.layers.forEach((layer, index) => {
    mustName(layer, ['layers', index]);
    mayName(layer.ceiling, ['layers', index, 'ceiling']);
  });
  for (const { table, path } of tablesOf(pack)) mayName(table.remark, path);
  return findings;
}
