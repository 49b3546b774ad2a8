import { HOSPITAL_LEVELS, type HospitalLevel } from '@yijie/codes';
import type { BasisPoints, Fen } from '@yijie/money';
import type * as z from 'zod';
import { type Cell, cellWith, isRecord, issue, type ReadLeaf, readCell } from './cell.ts';
import { ratioText, shareText, type TextValue, yuanText } from './text-values.ts';

/** An amount in yuan, or one derived from a published index (average wage) or from the bill itself. */
export type Amount =
  | { readonly kind: 'fixed'; readonly fen: Fen }
  /** No limit. */
  | { readonly kind: 'none' }
  | { readonly kind: 'index'; readonly index: string; readonly ratio: BasisPoints }
  | {
      readonly kind: 'share';
      /** Whole bill, in-scope cost of the bill, or the person's yearly salary. */
      readonly of: 'total' | 'in-scope' | 'salary';
      readonly ratio: BasisPoints;
      readonly atLeast: Fen;
      readonly atMost: Fen | undefined;
    };

const AMOUNT_ALLOWED =
  'an amount in yuan; none; {times: 6, of: <index>}; or {share: 20%, of: total|in-scope|salary|<index>, atLeast:, atMost:}';

export const amountCell = cellWith<Amount>(readAmount).meta({ cell: AMOUNT_ALLOWED });

function readAmount(
  input: unknown,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): { value: Amount } | undefined {
  if (input === 'none') return { value: { kind: 'none' } };
  if (typeof input === 'string') {
    const fen = yuanText.parse(input);
    if (fen !== undefined) return { value: { kind: 'fixed', fen } };
  }
  if (isRecord(input) && typeof input.of === 'string') return readDerived(input, input.of, ctx, path);
  issue(ctx, path, input, AMOUNT_ALLOWED);
  return undefined;
}

function readDerived(
  input: Record<string, unknown>,
  of: string,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): { value: Amount } | undefined {
  const before = ctx.issues.length;
  const unknown = Object.keys(input).filter(
    (key) => !['of', 'times', 'share', 'atLeast', 'atMost'].includes(key),
  );
  for (const key of unknown)
    issue(ctx, [...path, key], input[key], 'left out: only times, share, of, atLeast, atMost');
  const ratio =
    typeof input.times === 'string' && /^\d{1,2}$/.test(input.times)
      ? ((Number(input.times) * 10_000) as BasisPoints)
      : typeof input.share === 'string'
        ? ratioText.parse(input.share)
        : undefined;
  if (ratio === undefined) issue(ctx, path, input, 'times: <whole number> or share: <percentage>');
  const bound = (name: 'atLeast' | 'atMost') => {
    if (input[name] === undefined) return undefined;
    const fen = typeof input[name] === 'string' ? yuanText.parse(input[name]) : undefined;
    if (fen === undefined) issue(ctx, [...path, name], input[name], yuanText.allowed);
    return fen;
  };
  const atLeast = bound('atLeast');
  const atMost = bound('atMost');
  if (ctx.issues.length > before || ratio === undefined) return undefined;
  if (of !== 'total' && of !== 'in-scope' && of !== 'salary')
    return { value: { kind: 'index', index: of, ratio } };
  return { value: { kind: 'share', of, ratio, atLeast: atLeast ?? (0 as Fen), atMost } };
}

/** One band of cost, half-open [from, until), and the fund's share of it. */
export interface Band {
  readonly from: Fen;
  /** Infinity for the last. */
  readonly until: number;
  readonly pays: Cell<BasisPoints>;
}

const BANDS_ALLOWED = 'a percentage such as 85%, or a list of bands {from:, to:, pays:}';

export const paysCell = cellWith<readonly Band[]>(readPays).meta({ cell: BANDS_ALLOWED });

function readPays(
  input: unknown,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): { value: readonly Band[] } | undefined {
  if (typeof input === 'string') {
    const pays = shareText.parse(input);
    if (pays !== undefined)
      return { value: [{ from: 0 as Fen, until: Number.POSITIVE_INFINITY, pays: { value: pays } }] };
  }
  if (Array.isArray(input) && input.length > 0) return readBands(input, ctx, path);
  issue(ctx, path, input, BANDS_ALLOWED);
  return undefined;
}

/** Bands begin at 0, join exactly, and only the last is open: no gap, no overlap. */
function readBands(
  input: readonly unknown[],
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): { value: readonly Band[] } | undefined {
  const before = ctx.issues.length;
  const bands: Band[] = [];
  let reached = 0;
  input.forEach((item, index) => {
    const here = [...path, index];
    if (!isRecord(item)) {
      issue(ctx, here, item, '{from:, to:, pays:}');
      return;
    }
    for (const key of Object.keys(item))
      if (!['from', 'to', 'pays', 'note'].includes(key))
        issue(ctx, [...here, key], item[key], 'from, to, pays or note');
    const from = edge(item.from, ctx, [...here, 'from']);
    const last = index === input.length - 1;
    const open = item.to === undefined;
    const until = open ? Number.POSITIVE_INFINITY : edge(item.to, ctx, [...here, 'to']);
    const pays = readCell(item.pays, ctx, [...here, 'pays'], shareLeaf);
    if (from === undefined || until === undefined || pays === undefined) return;
    if (from !== reached)
      issue(ctx, [...here, 'from'], item.from, `${reached / 100}, where the band before ends`);
    if (open !== last) issue(ctx, [...here, 'to'], item.to, last ? 'left out in the last band' : 'an amount');
    if (!(until > from)) issue(ctx, [...here, 'to'], item.to, `more than ${from / 100}`);
    reached = until;
    bands.push({ from, until, pays });
  });
  return ctx.issues.length > before ? undefined : { value: bands };
}

function edge(input: unknown, ctx: z.RefinementCtx, path: readonly (string | number)[]): Fen | undefined {
  const value = typeof input === 'string' ? yuanText.parse(input) : undefined;
  if (value === undefined) issue(ctx, path, input, yuanText.allowed);
  return value;
}

const shareLeaf = scalarLeaf(shareText);

export function scalarLeaf<T>(leaf: TextValue<T>): ReadLeaf<T> {
  return (input, ctx, path) => {
    const value = typeof input === 'string' ? leaf.parse(input) : undefined;
    if (value !== undefined) return { value };
    issue(ctx, path, input, leaf.allowed);
    return undefined;
  };
}

/** Which level's row of the tables a hospital is read in: its own, the one below, or a named one. */
export type LevelChoice = 'own' | 'one-lower' | HospitalLevel;

export const levelChoiceText: TextValue<LevelChoice> = {
  parse: (text) =>
    text === 'own' || text === 'one-lower' || (HOSPITAL_LEVELS as readonly string[]).includes(text)
      ? (text as LevelChoice)
      : undefined,
  allowed: `own, one-lower, or one of ${HOSPITAL_LEVELS.join(', ')}`,
};
