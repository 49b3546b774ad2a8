import { type Chance, FUND_NAMES, VISIT_KINDS, type World, type WorldRow } from './world.ts';

const POOLS = ['110000', '220100', '220200', '220300', '440100', '440300'] as const;
const RESIDENT_FUNDS = [0, 4, 5, 6];

/** A world from a number: four months, what is settled, refunded, deducted, moved and paid in them. The same number, the same world. */
export function randomWorld(seed: number): World {
  const chance = chanceOf(seed);
  const first = 2025 * 12 + chance.below(14);
  const rows: WorldRow[] = [];
  const months = 4;
  for (let month = 0; month < months; month++) {
    const settled = 3 + chance.below(10);
    for (let count = 0; count < settled; count++) rows.push(randomRow(rows, month, chance));
  }
  return {
    seed,
    firstMonth: first,
    rows,
    months: Array.from({ length: months }, (_, month) => ({
      early: ['CN', '110000', '220000', '440000'].filter(() => chance.oneIn(6)),
      closesYear: month > 1 && chance.oneIn(3) ? Math.floor((first + month) / 12) - 1 : 0,
      deductions: Array.from({ length: chance.below(4) }, () => {
        const row = chance.below(rows.length);
        return { row, fund: chance.below(FUND_NAMES.length), amount: 1 + chance.below(4_000) };
      }),
      moves: Array.from({ length: chance.below(3) }, () => chance.below(rows.length)),
      mode: chance.pick(['GROSS', 'HUB', 'PAIR'] as const),
      split: chance.oneIn(2),
      unsigned: ['110000', '220000', '440000', '220100'].filter(() => chance.oneIn(5)),
      paid: Array.from({ length: 3 }, () => chance.below(10_001)),
      province: chance.pick(['110000', '220000', '440000']),
    })),
  };
}

function randomRow(rows: readonly WorldRow[], month: number, chance: Chance): WorldRow {
  const tail = chance.oneIn(4);
  const original = chance.oneIn(4) ? refundable(rows, chance) : undefined;
  // Some are confirmed months later, some never: both sides of the limit for late rows.
  const readyAt = chance.oneIn(3) ? month + 1 + chance.below(4) : month;
  if (original !== undefined) {
    const { home, treatment, scheme, kind, funds, cash } = rows[original] as WorldRow;
    const negative = funds.map((amount) => -amount);
    return {
      original,
      settledAt: month,
      readyAt,
      tail,
      home,
      treatment,
      scheme,
      kind,
      funds: negative,
      cash: -cash,
    };
  }
  const home = chance.pick(POOLS);
  const treatment = chance.pick(POOLS.filter((pool) => pool !== home));
  const scheme = chance.oneIn(2) ? 'employee' : 'resident';
  const funds = FUND_NAMES.map((_, at) => {
    const legal = scheme === 'resident' ? RESIDENT_FUNDS.includes(at) : at !== 4;
    return legal && chance.oneIn(2) ? chance.below(10_000) : 0;
  });
  // A late row of the months before the world, too.
  const settledAt = month === 0 && chance.oneIn(3) ? -1 - chance.below(3) : month;
  return {
    settledAt,
    readyAt: Math.max(readyAt, 0),
    tail,
    home,
    treatment,
    scheme,
    kind: chance.pick(VISIT_KINDS),
    funds,
    cash: chance.below(5_000),
  };
}

/** A settlement that has no refund yet. */
function refundable(rows: readonly WorldRow[], chance: Chance): number | undefined {
  if (rows.length === 0) return undefined;
  const at = chance.below(rows.length);
  const isFree = rows[at]?.original === undefined && rows.every(({ original }) => original !== at);
  return isFree ? at : undefined;
}

/** Mulberry32: small, and the same everywhere. */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
  };
}
