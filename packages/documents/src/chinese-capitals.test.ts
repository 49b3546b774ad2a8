import { describe, expect, test } from '@jest/globals';
import { fen } from '@yijie/money';
import fc from 'fast-check';
import { chineseCapitals } from './chinese-capitals.ts';

describe('chineseCapitals', () => {
  test.each([
    [0, '零元整'],
    [1, '壹分'],
    [5, '伍分'],
    [10, '壹角整'],
    [11, '壹角壹分'],
    [50, '伍角整'],
    [99, '玖角玖分'],
    [100, '壹元整'],
    [101, '壹元零壹分'],
    [110, '壹元壹角整'],
    [1_000, '壹拾元整'],
    [1_005, '壹拾元零伍分'],
    [1_050, '壹拾元伍角整'],
    [10_100, '壹佰零壹元整'],
    [11_000, '壹佰壹拾元整'],
    [100_100, '壹仟零壹元整'],
    [101_000, '壹仟零壹拾元整'],
    [110_000, '壹仟壹佰元整'],
    // The three examples of the Ministry's standard.
    [140_950, '壹仟肆佰零玖元伍角整'],
    [600_714, '陆仟零柒元壹角肆分'],
    [1_640_902, '壹万陆仟肆佰零玖元零贰分'],
    [312_472, '叁仟壹佰贰拾肆元柒角贰分'],
    [999_999, '玖仟玖佰玖拾玖元玖角玖分'],
    [1_000_000, '壹万元整'],
    [1_000_100, '壹万零壹元整'],
    [1_001_000, '壹万零壹拾元整'],
    [1_010_000, '壹万零壹佰元整'],
    [1_100_000, '壹万壹仟元整'],
    [10_000_000, '壹拾万元整'],
    [10_050_000, '壹拾万零伍佰元整'],
    [10_500_000, '壹拾万伍仟元整'],
    [105_003_450, '壹佰零伍万零叁拾肆元伍角整'],
    [9_999_999_999, '玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分'],
    [10_000_000_000, '壹亿元整'],
    [10_000_000_100, '壹亿零壹元整'],
    [10_000_100_000, '壹亿零壹仟元整'],
    [10_001_000_000, '壹亿零壹万元整'],
    [10_010_000_000, '壹亿零壹拾万元整'],
    [10_100_000_000, '壹亿零壹佰万元整'],
    [11_000_000_000, '壹亿壹仟万元整'],
    [11_000_000_001, '壹亿壹仟万元零壹分'],
    [20_001_234_500, '贰亿零壹万贰仟叁佰肆拾伍元整'],
    [1_000_000_000_000, '壹佰亿元整'],
    [100_000_000_000_000, '壹万亿元整'],
    [100_000_001_000_000, '壹万亿零壹万元整'],
    [100_010_000_000_000, '壹万零壹亿元整'],
    [Number.MAX_SAFE_INTEGER, '玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分'],
    [-1, '负壹分'],
    [-90_401, '负玖佰零肆元零壹分'],
    [-10_000_000_000, '负壹亿元整'],
  ])('%i fen is %s', (amount, text) => {
    expect(chineseCapitals(fen(amount))).toBe(text);
  });

  test('reads back to the same amount', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        const text = chineseCapitals(fen(amount));
        expect(readBack(text)).toBe(BigInt(amount));
        expect(text).not.toMatch(/零零|零[万亿角分拾佰仟]/);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Written apart from the writer: evaluates the Chinese numeral from left to right. */
function readBack(text: string): bigint {
  const digits = '零壹贰叁肆伍陆柒捌玖';
  const units: Record<string, bigint> = { 拾: 10n, 佰: 100n, 仟: 1_000n };
  let fenTotal = 0n;
  let yi = 0n;
  let wan = 0n;
  let section = 0n;
  let digit = 0n;
  for (const character of text.replace(/^负/, '')) {
    if (digits.includes(character)) {
      digit = BigInt(digits.indexOf(character));
    } else if (units[character] !== undefined) {
      section += digit * units[character];
      digit = 0n;
    } else if (character === '万') {
      wan += (section + digit) * 10_000n;
      section = digit = 0n;
    } else if (character === '亿') {
      yi = (wan + section + digit) * 100_000_000n;
      wan = section = digit = 0n;
    } else if (character === '元') {
      fenTotal = (yi + wan + section + digit) * 100n;
      digit = 0n;
    } else if (character === '角') {
      fenTotal += digit * 10n;
      digit = 0n;
    } else if (character === '分') {
      fenTotal += digit;
    }
  }
  return text.startsWith('负') ? -fenTotal : fenTotal;
}
