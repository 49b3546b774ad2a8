import { type Bands, paidBetween, paidBetweenByBand } from '../plan/bands.ts';
import { shownRatio } from '../plan/fraction.ts';
import type { RatioStep } from '../plan/plan.ts';
import { remembered } from './remembered.ts';
import { yuan } from './yuan.ts';

/** `(10000.00 − 400.00) × 80% + (30000.00 − 10000.00) × 85% = 24680.00` */
export function bandsFormula(bands: Bands, from: number, to: number, byBand: boolean): string {
  const ratios = shownRatios(bands);
  let terms = '';
  let lower = 0;
  for (let index = 0; index < bands.edges.length; index++) {
    const edge = bands.edges[index] as number;
    const start = Math.max(from, lower);
    const end = Math.min(to, edge);
    lower = edge;
    if (end <= start) continue;
    if (terms !== '') terms += ' + ';
    terms += start === 0 ? yuan(end) : `(${yuan(end)} − ${yuan(start)})`;
    terms += ` × ${ratios[index]}`;
  }
  const paid = byBand ? paidBetweenByBand(bands, from, to, 1) : paidBetween(bands, from, to, 1);
  return terms === '' ? '0.00' : `${terms} = ${yuan(paid)}`;
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
export const ratioStory = remembered((steps: readonly RatioStep[]): { zh: string; en: string } => {
  const told = steps.map((step) => ({
    words: RULES[step.rule] ?? { zh: step.rule, en: step.rule },
    value: step.value,
  }));
  return {
    zh: told.map(({ words, value }) => `${words.zh} ${value}，`).join(''),
    en: told.map(({ words, value }) => `${words.en} ${value}, `).join(''),
  };
});

/** The ratio of each band as text. */
export const shownRatios = remembered((bands: Bands): readonly string[] => bands.ratios.map(shownRatio));

export const joinedRatios = remembered((bands: Bands): string => shownRatios(bands).join(', '));
