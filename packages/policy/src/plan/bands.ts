import { assert, type BasisPoints } from '@yijie/money';
import { asBasisPoints, type Fraction, greatestCommonDivisor } from './fraction.ts';

/** The fund's share of each stretch of cost, ready to compute with: nums over one common denominator. */
export interface Bands {
  /** Upper ends in fen, the last Infinity. */
  readonly edges: readonly number[];
  readonly nums: readonly number[];
  readonly den: number;
  /** For explanations. */
  readonly ratios: readonly Fraction[];
  /** The ratio, where one applies throughout and is whole basis points. */
  readonly singleRatio: BasisPoints | undefined;
}

/** Brings ratios under one denominator. */
export function bandsOf(edges: readonly number[], ratios: readonly Fraction[]): Bands {
  let den = 1n;
  for (const ratio of ratios) den = (den / greatestCommonDivisor(den, BigInt(ratio.den))) * BigInt(ratio.den);
  const nums = ratios.map((ratio) => Number((BigInt(ratio.num) * den) / BigInt(ratio.den)));
  assert(Number.isSafeInteger(Number(den)), 'ratios too fine for one denominator');
  const single = ratios.length === 1 ? asBasisPoints(ratios[0] as Fraction) : undefined;
  return { edges, nums, den: Number(den), ratios, singleRatio: single as BasisPoints | undefined };
}

/**
 * Σ (part of [from, to) in a band) × ratio, as a numerator over `den` × `scale`. `from` and `to` are fen × scale:
 * a cost that a ceiling left over is an exact fraction of a fen (policy-rule-shapes E).
 * Not exact past 2^53: callers check and take {@link exactSum}.
 */
export function sumBetween(bands: Bands, from: number, to: number, scale: number): number {
  const { edges, nums } = bands;
  let sum = 0;
  let lower = 0;
  for (let index = 0; index < edges.length; index++) {
    const upper = (edges[index] as number) * scale;
    const start = Math.max(from, lower);
    const end = Math.min(to, upper);
    if (end > start) sum += (end - start) * (nums[index] as number);
    if (to <= upper) break;
    lower = upper;
  }
  return sum;
}

/** round-half-up(Σ part × ratio) of the cost in [from, to), in fen. */
export function paidBetween(bands: Bands, from: number, to: number, scale: number): number {
  if (to <= from) return 0;
  const doubled = 2 * sumBetween(bands, from, to, scale) + bands.den * scale;
  if (doubled <= Number.MAX_SAFE_INTEGER) return Math.floor(doubled / (2 * bands.den * scale));
  const den = BigInt(bands.den) * BigInt(scale);
  return Number((2n * exactSum(bands, from, to, scale) + den) / (2n * den));
}

/** As {@link paidBetween} with every band rounded on its own, for packs that say `round: band`. */
export function paidBetweenByBand(bands: Bands, from: number, to: number, scale: number): number {
  let paid = 0;
  let lower = 0;
  for (let index = 0; index < bands.edges.length; index++) {
    const upper = (bands.edges[index] as number) * scale;
    paid += paidBetween(bands, Math.max(from, lower), Math.min(to, upper), scale);
    lower = upper;
  }
  return paid;
}

function exactSum(bands: Bands, from: number, to: number, scale: number): bigint {
  let sum = 0n;
  let lower = 0;
  for (let index = 0; index < bands.edges.length; index++) {
    const upper = (bands.edges[index] as number) * scale;
    const start = Math.max(from, lower);
    const end = Math.min(to, upper);
    if (end > start) sum += (BigInt(end) - BigInt(start)) * BigInt(bands.nums[index] as number);
    lower = upper;
  }
  return sum;
}

/**
 * The cost of [from, to) that a payment of `capFen` leaves over, as num/den of a fen: cap ÷ ratio is kept at full
 * precision (`qingyuan-employee-2023-three-layers`). Inverts the piecewise-linear payment.
 */
export function costBeyond(bands: Bands, from: number, to: number, capFen: number): Beyond {
  const { edges, nums, den } = bands;
  // No ratio is above one, so cap × den bounds every product below except those of a ratio's own numerator.
  if (Math.max(to, capFen) * den > Number.MAX_SAFE_INTEGER) return exactCostBeyond(bands, from, to, capFen);
  let left = capFen * den;
  let lower = 0;
  for (let index = 0; index < edges.length; index++) {
    const upper = edges[index] as number;
    const start = Math.max(from, lower);
    const end = Math.min(to, upper);
    lower = upper;
    if (end <= start) continue;
    const num = nums[index] as number;
    const inBand = (end - start) * num;
    if (inBand <= left) left -= inBand;
    else return { num: (to - start) * num - left, den: num };
  }
  return NOTHING_BEYOND;
}

/** A cost as an exact fraction of a fen. */
export interface Beyond {
  readonly num: number;
  readonly den: number;
}

const NOTHING_BEYOND: Beyond = { num: 0, den: 1 };

/** As {@link costBeyond} past 2^53; a fraction too fine for plain numbers is given to the nearest fen. */
function exactCostBeyond(bands: Bands, from: number, to: number, capFen: number): Beyond {
  let left = BigInt(capFen) * BigInt(bands.den);
  let lower = 0;
  for (let index = 0; index < bands.edges.length; index++) {
    const upper = bands.edges[index] as number;
    const start = Math.max(from, lower);
    const end = Math.min(to, upper);
    lower = upper;
    if (end <= start) continue;
    const num = BigInt(bands.nums[index] as number);
    const inBand = BigInt(end - start) * num;
    if (inBand <= left) {
      left -= inBand;
      continue;
    }
    const beyond = BigInt(to - start) * num - left;
    const divisor = greatestCommonDivisor(beyond, num);
    const exact = { num: Number(beyond / divisor), den: Number(num / divisor) };
    if (Number.isSafeInteger(exact.num) && Number.isSafeInteger(exact.den)) return exact;
    return { num: Number((2n * beyond + num) / (2n * num)), den: 1 };
  }
  return NOTHING_BEYOND;
}
