import { OutcomeState } from '@yijie/contracts/common';
import type { SettleResponse } from '@yijie/contracts/treatment';
import { SHARE_NAMES, type Shares } from '@yijie/money';

type ShareName = keyof Shares;
export type Sums = Record<ShareName, number>;

export function noSums(): Sums {
  return Object.fromEntries(SHARE_NAMES.map((name) => [name, 0])) as Sums;
}

export function addShares(sums: Sums, shares: Readonly<Record<ShareName, number>>): void {
  for (const name of SHARE_NAMES) sums[name] += shares[name];
}

/** What the client was told: counts and sums over every answer. A settlement that doesn't add up is kept by its id. */
export class Tally {
  settled = 0;
  totalFen = 0;
  readonly sums = noSums();
  readonly others = new Map<string, number>();
  readonly wrong: string[] = [];

  /** True when the answer is a settlement of exactly this bill. */
  take({ outcome, settlement }: SettleResponse, billFen: number): boolean {
    if (outcome?.state !== OutcomeState.SETTLED || settlement?.shares === undefined) {
      this.other(outcome?.failure?.code ?? `outcome ${outcome?.state ?? 'missing'}`);
      return false;
    }
    let paidFen = 0;
    for (const name of SHARE_NAMES) paidFen += settlement.shares[name];
    if (paidFen !== settlement.totalFen || settlement.totalFen !== billFen)
      this.wrong.push(settlement.settlementId);
    this.settled += 1;
    this.totalFen += settlement.totalFen;
    addShares(this.sums, settlement.shares);
    return true;
  }

  other(what: string): void {
    this.others.set(what, (this.others.get(what) ?? 0) + 1);
  }
}
