import {
  type AdvanceEntry,
  bothSchemes,
  type ClearingParameters,
  closingOf,
  heldBy,
  type PairPosition,
  type PartyCode,
  type Period,
  type RunOwner,
  type Usage,
  urgentOffer,
  usageOf,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { readAdvance } from '../../repositories/money/advance.ts';
import { readPairs } from '../../repositories/runs/run-revisions.ts';
import { loadRun, type StoredRun } from '../../repositories/runs/runs.ts';

/** A treatment region's float beside what a run asks of it. */
export interface HolderUsage {
  readonly party: PartyCode;
  readonly usage: Usage;
  /** While it is red: what each payer may be asked for. */
  readonly offers: readonly { readonly payer: PartyCode; readonly offerFen: Fen }[];
}

/** With what it was worked out from. */
export interface UsageOfRun {
  readonly run: StoredRun;
  readonly pairs: readonly PairPosition[];
  readonly entries: readonly AdvanceEntry[];
  readonly holders: readonly HolderUsage[];
}

/** Usage of every holder in a run's newest revision. */
export async function usageOfRun(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  parameters: ClearingParameters,
): Promise<({ readonly ok: true } & UsageOfRun) | Refusal> {
  const run = await loadRun(tx, owner, period);
  if (run === undefined || run.revision === 0) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
  const pairs = await readPairs(tx, owner, period, run.revision);
  const entries = await readAdvance(tx, owner);
  const holders = [...new Set([...pairs, ...entries].map(({ payee }) => payee))].toSorted();
  return {
    ok: true,
    run,
    pairs,
    entries,
    holders: holders.map((party) => holderUsage(party, pairs, entries, parameters)),
  };
}

function holderUsage(
  party: PartyCode,
  pairs: readonly PairPosition[],
  entries: readonly AdvanceEntry[],
  parameters: ClearingParameters,
): HolderUsage {
  const owed = pairs.filter(({ payee }) => payee === party);
  const usage = usageOf(
    fen(owed.reduce((sum, pair) => sum + netOf(pair), 0)),
    heldBy(entries, party),
    parameters,
  );
  const offers = owed
    .map((pair) => ({
      payer: pair.payer,
      offerFen: urgentOffer(netOf(pair), bothSchemes(closingOf(entries, pair.payer, party)), parameters),
    }))
    .filter(({ offerFen }) => offerFen > 0);
  return { party, usage, offers: usage.level === 'RED' ? offers : [] };
}

export function netOf({ employee, resident }: PairPosition): Fen {
  return fen(employee.netFen + resident.netFen);
}
