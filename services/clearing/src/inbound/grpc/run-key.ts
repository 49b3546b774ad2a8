import { type Period, parsePeriod, type RunOwner } from '@yijie/clearing';
import type { RunKey } from '@yijie/contracts/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { RunDesk } from '../../application/runs/run-desk.ts';

export interface ReadKey {
  readonly ok: true;
  readonly owner: RunOwner;
  readonly period: Period;
}

/** Which run a call means; only owners kept here have any. */
export function readKey({ owners }: RunDesk, key: RunKey | undefined): ReadKey | Refusal {
  const period = parsePeriod(`${key?.period ?? ''}`);
  if (key === undefined || period === undefined) return refuse('FRM-VALUE', { field: 'run.period' });
  if (!owners.includes(key.owner)) return refuse('CLR-OWNER', { owner: key.owner });
  return { ok: true, owner: key.owner, period };
}
