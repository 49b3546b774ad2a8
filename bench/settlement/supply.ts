import pg from 'pg';
import { type EncodedBill, generator } from './bills.ts';
import type { HospitalCaller } from './calls.ts';
import type { Deployment } from './environment.ts';
import { loadMembers, loadVisits, newStays, type Stay } from './people.ts';
import * as request from './requests.ts';

/** How far a stay has come before the measured call. */
export type StayState = 'insured' | 'admitted' | 'charged';

export interface ReadyStay {
  readonly stay: Stay;
  /** The bill it was charged with, or will be. */
  readonly bill: EncodedBill;
}

/** People and stays that measured calls use up, made ahead of them. */
export class Supply {
  private readonly deployment: Deployment;
  private readonly bills: readonly EncodedBill[];
  private readonly ready: Record<StayState, ReadyStay[]> = { insured: [], admitted: [], charged: [] };
  private made = 0;

  constructor(deployment: Deployment, bills: readonly EncodedBill[]) {
    this.deployment = deployment;
    this.bills = bills;
  }

  take(state: StayState): ReadyStay {
    const stay = this.ready[state].pop();
    if (stay === undefined) throw new Error(`more stays were used than were prepared (${state})`);
    return stay;
  }

  /** Makes as many as are missing; outside the measured time, written back to disk before it begins. */
  async fill(state: StayState, count: number): Promise<void> {
    const missing = count - this.ready[state].length;
    if (missing <= 0) return;
    const { treatmentDatabaseUrl, homeDatabaseUrl } = this.deployment.cluster;
    const stays = newStays(missing);
    await loadMembers(homeDatabaseUrl, stays);
    if (state !== 'insured') await loadVisits(treatmentDatabaseUrl, stays);
    const made = stays.map((stay) => ({ stay, bill: this.nextBill() }));
    if (state === 'charged') await this.charge(made);
    this.ready[state] = this.ready[state].concat(made);
    for (const url of [treatmentDatabaseUrl, homeDatabaseUrl]) await settleDown(url);
  }

  /** Those made and not used yet, in the order in which they were loaded. */
  persons(state: StayState): readonly Stay[] {
    return this.ready[state].map(({ stay }) => stay);
  }

  /** So that they are used in another order than that of the tables. */
  shuffle(state: StayState): void {
    const next = generator(7);
    const stays = this.ready[state];
    for (let last = stays.length - 1; last > 0; last -= 1) {
      const other = Math.floor(next() * (last + 1));
      [stays[last], stays[other]] = [stays[other] as ReadyStay, stays[last] as ReadyStay];
    }
  }

  private nextBill(): EncodedBill {
    this.made += 1;
    return this.bills[this.made % this.bills.length] as EncodedBill;
  }

  private async charge(stays: readonly ReadyStay[]): Promise<void> {
    const [caller] = (await this.deployment.streamCallers(1)) as [HospitalCaller];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let one = stays[next++]; one !== undefined; one = stays[next++]) {
        const key = `u-${one.stay.visitIdText}`;
        const answer = await caller.call('uploadCharges', request.uploadCharges(key, one.stay, one.bill));
        if (answer.visitTotalFen !== one.bill.totalFen)
          throw new Error(`charges weren't stored: ${answer.outcome?.failure?.code}`);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    caller.close();
  }
}

/** Statistics and pages of what was loaded, so that the measured time doesn't pay for them. */
export async function settleDown(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  await client.end();
}
