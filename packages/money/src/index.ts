export { assert, InvariantError } from './assert.ts';
export {
  addFen,
  type BasisPoints,
  basisPoints,
  type Fen,
  fen,
  maxFen,
  minFen,
  negateFen,
  subtractFen,
  sumFen,
  ZERO_FEN,
} from './fen.ts';
export { divideHalfUp, shareOf } from './rounding.ts';
export {
  assertShares,
  clearingAmount,
  fundTotal,
  NO_SHARES,
  negateShares,
  SHARE_NAMES,
  type Shares,
  sumShares,
} from './shares.ts';
export { formatYuan, parseYuan } from './yuan-text.ts';
