import { type Fen, formatYuan } from '@yijie/money';
import { type Bands, paidBetween, paidBetweenByBand } from '../plan/bands.ts';
import { shownRatio } from '../plan/fraction.ts';
import type { RatioStep } from '../plan/plan.ts';

/** `(10000.00 − 400.00) × 80% + (30000.00 − 10000.00) × 85% = 24680.00` */
export function bandsFormula(bands: Bands, from: number, to: number, byBand: boolean): string {
  const terms: string[] = [];
  let lower = 0;
  bands.edges.forEach((edge, index) => {
    const start = Math.max(from, lower);
    const end = Math.min(to, edge);
    lower = edge;
    if (end <= start) return;
    const ratio = shownRatio(bands.ratios[index] ?? { num: 0, den: 1 });
    terms.push(start === 0 ? `${yuan(end)} × ${ratio}` : `(${yuan(end)} − ${yuan(start)}) × ${ratio}`);
  });
  const paid = byBand ? paidBetweenByBand(bands, from, to, 1) : paidBetween(bands, from, to, 1);
  return terms.length === 0 ? '0.00' : `${terms.join(' + ')} = ${yuan(paid)}`;
}

const RULES: Readonly<Record<string, { zh: string; en: string }>> = {
  table: { zh: '比例', en: 'ratio' },
  points: { zh: '加减百分点后', en: 'after points' },
  multiplier: { zh: '乘系数后', en: 'after the multiplier' },
  'personal-share': { zh: '按个人负担折算后', en: 'after the personal share' },
  'points-per-years': { zh: '按年限提高后', en: 'after points per year' },
  filing: { zh: '按备案类别调整后', en: 'after the filing class' },
  'item-group': { zh: '按项目提高后', en: 'after the item group' },
  'at-most': { zh: '不超过上限', en: 'limited to' },
  'at-least': { zh: '不低于下限', en: 'raised to' },
};

/** How the ratio of the first band came about, e.g. `比例 85%，按备案类别调整后 75%，`. */
export function ratioStory(steps: readonly RatioStep[]): { zh: string; en: string } {
  const told = steps.map((step) => ({
    words: RULES[step.rule] ?? { zh: step.rule, en: step.rule },
    value: step.value,
  }));
  return {
    zh: told.map(({ words, value }) => `${words.zh} ${value}，`).join(''),
    en: told.map(({ words, value }) => `${words.en} ${value}, `).join(''),
  };
}

function yuan(amount: number): string {
  return formatYuan(Math.round(amount) as Fen);
}
