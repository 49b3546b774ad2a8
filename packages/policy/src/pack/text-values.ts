import { type BasisPoints, type Fen, parseYuan } from '@yijie/money';

/**
 * Every scalar of a pack is read as text (YAML "failsafe" schema), so that no amount or ratio passes through a
 * floating-point number and `430100` stays a code.
 */
export interface TextValue<T> {
  readonly parse: (text: string) => T | undefined;
  /** What the field allows, for the error message. */
  readonly allowed: string;
}

export const yuanText: TextValue<Fen> = {
  parse: (text) => {
    const amount = parseYuan(text);
    return amount === undefined || amount < 0 ? undefined : amount;
  },
  allowed: 'an amount in yuan, 0 or more, at most two decimals, e.g. 1300 or 8450.5',
};

/** `88.8%` → 8_880. At most 10,000 % (a hundredfold), at most two decimals. */
export const ratioText: TextValue<BasisPoints> = {
  parse: (text) => {
    const match = /^(\d{1,5})(?:\.(\d{1,2}))?%$/.exec(text);
    if (!match) return undefined;
    const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
    return value <= 1_000_000 ? (value as BasisPoints) : undefined;
  },
  allowed: 'a percentage with its sign, at most two decimals, e.g. 85% or 88.8%',
};

/** A share of something: 0 % to 100 %. */
export const shareText: TextValue<BasisPoints> = {
  parse: (text) => {
    const value = ratioText.parse(text);
    return value === undefined || value > 10_000 ? undefined : value;
  },
  allowed: 'a percentage from 0% to 100%, e.g. 85%',
};

/** Percentage points (个百分点), signed: `-10` → -1_000 basis points, `2.5` → 250. */
export const pointsText: TextValue<number> = {
  parse: (text) => {
    const match = /^([+-]?)(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text);
    if (!match) return undefined;
    const value = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
    if (value > 10_000) return undefined;
    return match[1] === '-' && value !== 0 ? -value : value;
  },
  allowed: 'percentage points without a sign for percent, from -100 to 100, e.g. 2 or -10',
};

export const wholeText: TextValue<number> = {
  parse: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  allowed: 'a whole number, 0 or more',
};

export const yesNoText: TextValue<boolean> = {
  parse: (text) => (text === 'yes' ? true : text === 'no' ? false : undefined),
  allowed: 'yes or no',
};
