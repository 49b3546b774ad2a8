import { describe, expect, test } from '@jest/globals';
import { type Fen, formatYuan } from '@yijie/money';
import fc from 'fast-check';
import { billOf, yuan as fenOf, inputOf } from '../../test/inputs.ts';
import { packNamed } from '../../test/published-packs.ts';
import { explain } from './explain.ts';
import { yuan } from './yuan.ts';

describe('explanation', () => {
  test('of the three layers of Qingyuan: each rule, its numbers, its source, what it left', () => {
    const pack = packNamed('qingyuan/employee-2025.yaml');
    const { steps } = explain(pack, inputOf({ treatmentPool: '441800' }, [billOf(300_000)]));
    expect(steps.map(({ rule, resultFen, carriedFen }) => [rule, resultFen, carriedFen])).toEqual([
      ['bill', fenOf(300_000), fenOf(300_000)],
      ['deductible', fenOf(1_200), fenOf(298_800)],
      ['basic', fenOf(65_000), fenOf(235_000)],
      ['largeAmount', 21_600_286, 1_899_714],
      ['seriousIllness', 205_628, 1_694_086],
      ['cash', 1_694_086, 0],
    ]);
    expect(steps[2]).toMatchObject({
      share: 'poolFundFen',
      formula: '(300000.00 − 1200.00) × 91% = 271908.00; 限额 → 65000.00',
      sentenceZh:
        '统筹基金：比例 91%，按比例为 271908.00 元，受年度限额限制，支付 65000.00 元，余 235000.00 元由后续各层和个人负担。',
      sentenceEn:
        'Pool fund: ratio 91%, 271908.00 yuan by the ratio, cut by the ceiling; pays 65000.00 yuan and leaves 235000.00.',
    });
    expect(steps[2]?.source).toContain('清远职工医保待遇（2023，含算例）（2023，http://senbk.com/');
  });

  test('says how the filing class and the retired share made the ratio', () => {
    const pack = packNamed('wuhan/employee-2025.yaml');
    const facts = { personClass: 'retired', ratioClass: 'REDUCED_A', treatmentPool: '310000' } as const;
    const { steps } = explain(pack, inputOf(facts, [billOf(10_000)]));
    expect(steps.find(({ rule }) => rule === 'basic')?.sentenceZh).toContain(
      '比例 86%，按个人负担折算后 88.8%，按备案类别调整后 78.8%，',
    );
  });

  test('an assumption is said where a source is missing', () => {
    const pack = packNamed('changsha/employee-2025.yaml');
    const balance = { ownAccountFen: fenOf(100), useAccount: true };
    const { steps } = explain(pack, inputOf({ treatmentPool: '410100' }, [billOf(10_000)], {}, balance));
    expect(steps.find(({ rule }) => rule === 'own-account')?.source).toMatch(/^假定：/);
  });

  test('prints amounts as money does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
        expect(yuan(fen)).toBe(formatYuan(fen as Fen));
      }),
    );
  });
});
