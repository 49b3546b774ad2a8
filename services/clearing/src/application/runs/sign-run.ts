import type { PartyCode, Period, RunOwner, RunParty } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { inTransaction } from '../in-transaction.ts';
import { changeRun } from './change-run.ts';
import type { Acting, RunDesk } from './run-desk.ts';

export interface SignCommand {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly revision: number;
  readonly party: PartyCode;
  /** What the signer has seen. */
  readonly contentHash: string;
}

type Signed = { readonly ok: true; readonly party: RunParty; readonly state: string } | Refusal;

/** Signs a party's tables of the newest revision: nobody signs what somebody else has replaced meanwhile. */
export async function signRun(desk: RunDesk, command: SignCommand, acting: Acting): Promise<Signed> {
  const { owner, period, revision, party, contentHash } = command;
  const signature = desk.signer.sign(party, contentHash);
  return inTransaction(desk.database, async (tx) => {
    const changed = await changeRun(desk, tx, owner, period, acting, (_, moment) => {
      if (signature === undefined) return Promise.resolve(refuse('CLR-KEY', { party }));
      if (!desk.signer.verify(party, contentHash, signature))
        return Promise.resolve(refuse('CLR-SIGNATURE', { party }));
      return { event: 'sign', party, revision, contentHash, ...signature, ...moment };
    });
    if (!changed.ok) return changed;
    const signed = changed.run.parties.find((one) => one.party === party);
    if (signed === undefined) throw new Error(`${party} signed and is no party`);
    return { ok: true as const, party: signed, state: changed.run.state };
  });
}
