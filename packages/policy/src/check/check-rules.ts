import { parseLocalDate } from '@yijie/calendar';
import type { Pack } from '../pack/pack.ts';
import type { Adjustment, Benefit, DeductibleRule, LayerRule } from '../pack/pack-schema.ts';
import { type Path, publishedVisits } from '../pack/sections.ts';
import { type CheckFinding, formFinding } from './finding.ts';

/** Fields that need or exclude each other: a pack never leaves a switch to a default nobody wrote. */
export function checkRules(pack: Pack): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  const { from, until } = pack.effective;
  if (until !== undefined && until <= from)
    findings.push(formFinding(['effective', 'until'], `must be after ${from}`));
  // 2025 is no leap year: a benefit year can't begin on 29 February.
  if (parseLocalDate(`2025-${pack.benefitYear.starts}`) === undefined)
    findings.push(formFinding(['benefitYear', 'starts'], 'must be a day of every year'));
  findings.push(...checkFilingForm(pack));
  for (const { visit, benefit, path } of publishedVisits(pack)) {
    findings.push(...checkBenefit(pack, benefit, path));
    if (benefit.sameAs === visit)
      findings.push(formFinding([...path, 'sameAs'], 'must be another visit kind'));
  }
  const accountParts = pack.account?.pays ?? [];
  // A part named twice would be paid twice.
  if (new Set(accountParts).size !== accountParts.length)
    findings.push(formFinding(['account', 'pays'], 'must name each part once'));
  const names = new Set<string>();
  pack.layers.forEach((layer, index) => {
    findings.push(...checkLayer(layer, ['layers', index]));
    if (names.has(layer.name)) findings.push(formFinding(['layers', index, 'name'], 'must stand once only'));
    names.add(layer.name);
  });
  return findings;
}

function checkFilingForm(pack: Pack): CheckFinding[] {
  const { effect } = pack.filing;
  return (['points', 'multiplier', 'prepay'] as const).flatMap((field) => {
    const isThere = pack.filing[field] !== undefined;
    if (isThere === (effect === field)) return [];
    return [
      formFinding(
        ['filing', field],
        isThere ? `must be left out when effect is ${effect}` : `is missing: effect is ${effect}`,
      ),
    ];
  });
}

function checkBenefit(pack: Pack, benefit: Benefit, path: Path): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const like = benefit.sameAs === undefined ? undefined : pack.visits[benefit.sameAs];
  if (like !== undefined && ('notPublished' in like || like.sameAs !== undefined))
    findings.push(formFinding([...path, 'sameAs'], 'must be a visit kind with rules of its own'));
  const ways = [benefit.payment, benefit.lumpSum, benefit.fixedPrice].filter((way) => way !== undefined);
  if (ways.length !== 1 && benefit.sameAs === undefined)
    findings.push(formFinding(path, 'must have exactly one of payment, lumpSum and fixedPrice'));
  if (benefit.payment !== undefined && benefit.deductible === undefined && benefit.sameAs === undefined)
    findings.push(formFinding([...path, 'deductible'], 'is missing: write per: none when there is none'));
  if (benefit.deductible) findings.push(...checkDeductible(benefit.deductible, [...path, 'deductible']));
  if (benefit.payment) {
    const at = [...path, 'payment'];
    findings.push(...checkAdjustments(benefit.payment.adjust, [...at, 'adjust']));
    const split = Object.values(pack.itemGroups ?? {}).some((group) => group.points !== undefined);
    const uses = benefit.payment.adjust?.some((adjustment) => adjustment.itemGroup) === true;
    if (uses && split && benefit.payment.groupSplit === undefined)
      findings.push(formFinding([...at, 'groupSplit'], 'is missing: pro-rata or plain-first'));
    const reads = benefit.payment.adjust?.some((adjustment) => adjustment.filing) === true;
    const acts = pack.filing.effect === 'points' || pack.filing.effect === 'multiplier';
    if (reads && !acts)
      findings.push(
        formFinding([...at, 'adjust'], `must not read filing: its effect is ${pack.filing.effect}`),
      );
  }
  return findings;
}

function checkDeductible(rule: DeductibleRule, path: Path): CheckFinding[] {
  const findings: CheckFinding[] = [];
  if (rule.per === 'none') return findings;
  if (rule.amount === undefined) findings.push(formFinding([...path, 'amount'], 'is missing'));
  if (rule.per === 'year' && rule.filledBy === undefined)
    findings.push(formFinding([...path, 'filledBy'], 'is missing: paid or in-scope'));
  const later = rule.laterStays;
  if (later === undefined) return findings;
  const ways = [later.factors, later.step, later.shareStep, later.amounts].filter((way) => way !== undefined);
  if (ways.length !== 1)
    findings.push(
      formFinding([...path, 'laterStays'], 'must have exactly one of factors, step, shareStep, amounts'),
    );
  if (rule.per !== 'stay')
    findings.push(
      formFinding([...path, 'laterStays'], `must be left out: the deductible is per ${rule.per}`),
    );
  return findings;
}

function checkLayer(rule: LayerRule, path: Path): CheckFinding[] {
  const findings = checkAdjustments(rule.adjust, [...path, 'adjust']);
  if (rule.per === 'year' && rule.yearly === undefined)
    findings.push(formFinding([...path, 'yearly'], 'is missing: increment or less-paid'));
  if (rule.per === 'stay' && rule.yearly !== undefined)
    findings.push(formFinding([...path, 'yearly'], 'must be left out: the layer is per stay'));
  if (rule.threshold !== undefined && rule.bandsFrom === undefined)
    findings.push(formFinding([...path, 'bandsFrom'], 'is missing: zero or threshold'));
  if (new Set(rule.base).size !== rule.base.length)
    findings.push(formFinding([...path, 'base'], 'must name each part once'));
  return findings;
}

function checkAdjustments(adjustments: readonly Adjustment[] | undefined, path: Path): CheckFinding[] {
  return (adjustments ?? []).flatMap((adjustment, index) => {
    const { source, assumed, note, ...kinds } = adjustment;
    const given = Object.values(kinds).filter((kind) => kind !== undefined).length;
    if (given === 1) return [];
    return [
      formFinding(
        [...path, index],
        'must have exactly one of points, multiplier, personalShare, pointsPerYears, filing, itemGroup, atMost, atLeast',
      ),
    ];
  });
}
