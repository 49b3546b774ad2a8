import { OutcomeState } from '@yijie/contracts/common';
import { SHARE_NAMES } from '@yijie/money';
import type { HospitalCaller } from './calls.ts';
import type { Unit } from './load.ts';
import * as request from './requests.ts';
import type { StayState, Supply } from './supply.ts';
import type { Tally } from './tally.ts';

export interface Workload {
  readonly title: string;
  /** What a unit begins with. */
  readonly needs: StayState;
  unit(parts: UnitParts): Unit;
}

export interface UnitParts {
  readonly callers: readonly HospitalCaller[];
  readonly supply: Supply;
  readonly tally: Tally;
}

/** What is measured. Names stand in the results. */
export const WORKLOADS = {
  settle: {
    title: 'settle, 50 charges and discharge in the call',
    needs: 'admitted',
    unit: ({ callers, supply, tally }) => {
      const next = inRotation(callers);
      return async () => {
        const { stay, bill } = supply.take('admitted');
        const bytes = request.settleWithCharges(`s-${stay.visitIdText}`, stay, bill);
        return tally.take(await next().call('settle', bytes), bill.totalFen);
      };
    },
  },
  settleUploaded: {
    title: 'settle, charges uploaded before',
    needs: 'charged',
    unit: ({ callers, supply, tally }) => {
      const next = inRotation(callers);
      return async () => {
        const { stay, bill } = supply.take('charged');
        const quote = { hash: NO_HASH, discharged: false };
        const bytes = request.settleUploaded(`s-${stay.visitIdText}`, stay, bill, quote);
        return tally.take(await next().call('settle', bytes), bill.totalFen);
      };
    },
  },
  preSettleAndSettle: {
    title: 'pre-settle, then settle with its quote',
    needs: 'charged',
    unit: ({ callers, supply, tally }) => {
      const next = inRotation(callers);
      return async () => {
        const { stay, bill } = supply.take('charged');
        const caller = next();
        const quote = await caller.call('preSettle', request.preSettle(stay, bill));
        if (quote.quote?.totalFen !== bill.totalFen) {
          tally.other(`pre-settlement ${quote.failure?.code ?? 'of another sum'}`);
          return false;
        }
        const hash = { hash: quote.quoteHash, discharged: false };
        const bytes = request.settleUploaded(`s-${stay.visitIdText}`, stay, bill, hash);
        return tally.take(await caller.call('settle', bytes), bill.totalFen);
      };
    },
  },
  wholeStay: {
    title: 'whole stay: admit, upload, discharge, pre-settle, settle',
    needs: 'insured',
    unit: ({ callers, supply, tally }) => {
      const next = inRotation(callers);
      return async () => {
        const { stay: person, bill } = supply.take('insured');
        const caller = next();
        const key = person.visitIdText;
        const admitted = await caller.call('admit', request.admit(key, person.personToken));
        if (admitted.outcome?.state !== OutcomeState.SETTLED) {
          tally.other(`admission ${admitted.outcome?.failure?.code}`);
          return false;
        }
        const stay = { ...person, visitIdText: admitted.visitId };
        const stored = await caller.call('uploadCharges', request.uploadCharges(key, stay, bill));
        const left = await caller.call('discharge', request.discharge(key, stay, bill));
        const quote = await caller.call('preSettle', request.preSettle(stay, bill));
        const failed = stored.outcome?.failure ?? left.outcome?.failure ?? quote.failure;
        if (failed) {
          tally.other(`stay ${failed.code}`);
          return false;
        }
        const hash = { hash: quote.quoteHash, discharged: true };
        const bytes = request.settleUploaded(key, stay, bill, hash);
        return tally.take(await caller.call('settle', bytes), bill.totalFen);
      };
    },
  },
} as const satisfies Readonly<Record<string, Workload>>;

export type WorkloadName = keyof typeof WORKLOADS;

/** A pre-settlement alone; its shares must add up too. */
export function preSettleUnit({ callers, supply, tally }: UnitParts): Unit {
  const next = inRotation(callers);
  return async () => {
    const { stay, bill } = supply.take('charged');
    const { quote, failure } = await next().call('preSettle', request.preSettle(stay, bill));
    const shares = quote?.shares;
    const paidFen = shares ? SHARE_NAMES.reduce((sum, name) => sum + shares[name], 0) : undefined;
    if (paidFen === bill.totalFen) return true;
    tally.other(`pre-settlement ${failure?.code ?? 'of another sum'}`);
    return false;
  };
}

const NO_HASH = new Uint8Array(0);

function inRotation<Item>(items: readonly Item[]): () => Item {
  let at = 0;
  return () => items[at++ % items.length] as Item;
}
