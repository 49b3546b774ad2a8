import { FUND_NAMES, type RunFigures, VISIT_KINDS, type World } from './world.ts';

/**
 * The independent recomputation: looks at every row in every month and asks whether it is in, adds up without cells, and takes
 * nothing from the product. Slow and plain on purpose.
 */
export function naiveMonths(world: World): readonly RunFigures[] {
  const { rows, months, firstMonth } = world;
  /** The month of the run that a row is in; undefined while it is in none. */
  const runOf: (number | undefined)[] = rows.map(() => undefined);
  const deductions: { row: number; fund: number; amount: number; month: number }[] = [];
  const figures: RunFigures[] = [];
  let closedYear = 0;

  months.forEach((month, now) => {
    closedYear = Math.max(closedYear, month.closesYear);
    // Which rows come in now? An original stands before its refund.
    rows.forEach((row, at) => {
      if (runOf[at] !== undefined || row.readyAt > now) return;
      const owners = ownersOf(row);
      let run = Math.max(now, row.settledAt);
      if (row.tail && row.readyAt === now && owners.some((owner) => month.early.includes(owner)))
        run = now + 1;
      if (row.original !== undefined) {
        const original = runOf[row.original];
        if (original === undefined) return;
        if (original > run) run = original;
      }
      if (run - row.settledAt > 2) return;
      if (Math.floor((firstMonth + row.settledAt) / 12) <= closedYear) return;
      runOf[at] = run;
    });
    // Deductions, as far as the fund's claim goes, and not of what is refunded.
    for (const { row, fund, amount } of month.deductions) {
      const run = runOf[row];
      const subject = rows[row];
      if (run === undefined || subject === undefined || subject.original !== undefined) continue;
      if (rows.some(({ original, settledAt }) => original === row && settledAt <= now)) continue;
      if (Math.floor((firstMonth + subject.settledAt) / 12) <= closedYear) continue;
      let before = 0;
      for (const one of deductions) if (one.row === row && one.fund === fund) before += one.amount;
      if (before + amount > (subject.funds[fund] ?? 0)) continue;
      deductions.push({ row, fund, amount, month: Math.max(run, now) });
    }
    // Disputed rows go to the next month, with their refunds and what was deducted of them in this run.
    const carried = month.moves.filter((at) => runOf[at] === now);
    rows.forEach((row, at) => {
      if (runOf[at] !== now) return;
      if (carried.includes(at) || (row.original !== undefined && carried.includes(row.original))) {
        runOf[at] = now + 1;
        for (const one of deductions) if (one.row === at && one.month === now) one.month = now + 1;
      }
    });
    for (const owner of ['CN', month.province]) figures.push(figuresOf(owner, now));
  });
  return figures;

  function figuresOf(owner: string, now: number): RunFigures {
    const pairs = new Map<string, number[]>();
    const month = months[now];
    const pairOf = (at: number): number[] | undefined => {
      const row = rows[at];
      const parties = row === undefined ? undefined : partiesOf(owner, row.home, row.treatment);
      if (parties === undefined) return undefined;
      let pair = pairs.get(parties);
      if (pair === undefined) {
        pair = new Array(21 + 36).fill(0);
        pairs.set(parties, pair);
      }
      return pair;
    };
    rows.forEach((row, at) => {
      if (runOf[at] !== now) return;
      const pair = pairOf(at);
      if (pair === undefined) return;
      const one = row.original === undefined ? 1 : -1;
      const kind = VISIT_KINDS.indexOf(row.kind);
      let clr = 0;
      for (const amount of row.funds) clr += amount;
      add(pair, kind, one);
      add(pair, 4, one);
      add(pair, 5, clr + row.cash);
      add(pair, 6 + kind, clr);
      add(pair, 10, clr);
      add(pair, row.scheme === 'employee' ? 11 : 14, clr);
      if (row.settledAt < now) {
        add(pair, 19, one);
        add(pair, 20, clr);
      }
      row.funds.forEach((amount, fund) => {
        add(pair, 21 + (row.scheme === 'employee' ? 0 : 18) + fund, amount);
      });
      // A refund takes back every deduction of its settlement that any run up to now has booked.
      if (row.original !== undefined) {
        for (const one of deductions)
          if (one.row === row.original && one.month <= now) deduct(pair, row.scheme, one.fund, -one.amount);
      }
    });
    for (const one of deductions) {
      const row = rows[one.row];
      if (one.month !== now || row === undefined) continue;
      const pair = pairOf(one.row);
      if (pair !== undefined) deduct(pair, row.scheme, one.fund, one.amount);
    }
    for (const pair of pairs.values()) {
      pair[13] = (pair[11] ?? 0) - (pair[12] ?? 0);
      pair[16] = (pair[14] ?? 0) - (pair[15] ?? 0);
      pair[18] = pair[13] + pair[16];
    }
    const moves = transfersOf(
      owner,
      pairs,
      month?.mode ?? 'GROSS',
      month?.split ?? false,
      month?.unsigned ?? [],
    );
    const cash = new Map<string, number>();
    moves.forEach(([payer, payee, employee, resident], at) => {
      const amount = employee + resident;
      const paid = Math.floor((amount * (month?.paid[at % 3] ?? 0)) / 10_000);
      cash.set(payer, (cash.get(payer) ?? 0) - paid);
      cash.set(payee, (cash.get(payee) ?? 0) + paid);
    });
    const calendarMonth = firstMonth + now;
    return {
      owner,
      period: Math.floor(calendarMonth / 12) * 100 + (calendarMonth % 12) + 1,
      pairs,
      transfers: moves.map((move) => move.join(' ')),
      cash,
    };
  }
}

type Move = readonly [payer: string, payee: string, employee: number, resident: number];

function transfersOf(
  owner: string,
  pairs: ReadonlyMap<string, readonly number[]>,
  mode: 'GROSS' | 'HUB' | 'PAIR',
  split: boolean,
  unsigned: readonly string[],
): Move[] {
  const due: Move[] = [];
  if (mode === 'HUB') {
    const hub = owner === 'CN' ? 'CN' : `${owner}P`;
    const parties = new Set([...pairs.keys()].flatMap((pair) => pair.split(' ')));
    for (const party of parties) {
      if (party === hub) continue;
      let [employee, resident] = [0, 0];
      for (const [pair, figures] of pairs) {
        const [payer, payee] = pair.split(' ');
        const sign = payer === party ? 1 : payee === party ? -1 : 0;
        employee += sign * (figures[13] ?? 0);
        resident += sign * (figures[16] ?? 0);
      }
      due.push([party, hub, employee, resident]);
    }
  } else {
    for (const [pair, figures] of pairs) {
      const [payer = '', payee = ''] = pair.split(' ');
      const back = pairs.get(`${payee} ${payer}`);
      const offset =
        mode === 'PAIR' && back !== undefined && !unsigned.includes(payer) && !unsigned.includes(payee);
      if (!offset) due.push([payer, payee, figures[13] ?? 0, figures[16] ?? 0]);
      else if (payer < payee) {
        due.push([payer, payee, (figures[13] ?? 0) - (back[13] ?? 0), (figures[16] ?? 0) - (back[16] ?? 0)]);
      }
    }
  }
  return due
    .flatMap(([payer, payee, employee, resident]): Move[] =>
      split
        ? [
            [payer, payee, employee, 0],
            [payer, payee, 0, resident],
          ]
        : [[payer, payee, employee, resident]],
    )
    .filter(([, , employee, resident]) => employee + resident !== 0)
    .map(
      ([payer, payee, employee, resident]): Move =>
        employee + resident > 0
          ? [payer, payee, employee, resident]
          : [payee, payer, 0 - employee, 0 - resident],
    )
    .toSorted((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
}

function deduct(pair: number[], scheme: string, fund: number, amount: number): void {
  add(pair, scheme === 'employee' ? 12 : 15, amount);
  add(pair, 17, amount);
  add(pair, 21 + (scheme === 'employee' ? 9 : 27) + fund, amount);
}

function add(pair: number[], at: number, amount: number): void {
  pair[at] = (pair[at] ?? 0) + amount;
}

function ownersOf({ home, treatment }: { readonly home: string; readonly treatment: string }): string[] {
  const [a, b] = [`${home.slice(0, 2)}0000`, `${treatment.slice(0, 2)}0000`];
  return a === b ? [a] : ['CN', a, b];
}

function partiesOf(owner: string, home: string, treatment: string): string | undefined {
  const [a, b] = [`${home.slice(0, 2)}0000`, `${treatment.slice(0, 2)}0000`];
  if (owner === 'CN') return a === b ? undefined : `${a} ${b}`;
  if (a !== owner && b !== owner) return undefined;
  return `${a === owner ? home : `${owner}P`} ${b === owner ? treatment : `${owner}P`}`;
}

/** For the reader of a failure. */
export function nameOfFigure(at: number, columns: readonly string[]): string {
  if (at < columns.length) return `${columns[at]}`;
  const rest = at - columns.length;
  const fund = FUND_NAMES[rest % 9];
  return `${rest < 18 ? 'employee' : 'resident'} ${rest % 18 < 9 ? 'clearing' : 'deducted'} ${fund}`;
}
