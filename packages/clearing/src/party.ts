import { provinceOf } from '@yijie/codes';

/** NATIONAL: between provinces. PROVINCIAL: between the pools of one province and its platform (clearing-and-filing §0.3). */
export type Level = 'NATIONAL' | 'PROVINCIAL';

export const NATIONAL_CENTRE = 'CN';

/** Who runs the clearing: the national centre ('CN') or a province (its six digits). */
export type RunOwner = string;

/** A party of a run: a province, a pool, or a platform. */
export type PartyCode = string;

export function levelOf(owner: RunOwner): Level {
  return owner === NATIONAL_CENTRE ? 'NATIONAL' : 'PROVINCIAL';
}

/**
 * The provincial platform (省平台), which stands for all other provinces in its province's run. A code of its own, since the
 * pool of a municipality carries the province's code.
 */
export function platformOf(province: RunOwner): PartyCode {
  return `${province}P`;
}

export function isPlatform(party: PartyCode): boolean {
  return party.length === 7 && party.endsWith('P');
}

/** The province that a pool or a platform belongs to; a province itself. */
export function provinceOfParty(party: PartyCode): RunOwner {
  return provinceOf(party);
}

/** The counterparty of hub netting: the platform of a province, the centre between provinces. */
export function hubOf(owner: RunOwner): PartyCode {
  return owner === NATIONAL_CENTRE ? NATIONAL_CENTRE : platformOf(owner);
}

/** The run owners that a row belongs to: the centre, the home and the treatment province; one province within a province. */
export function ownersOf(pools: { readonly homePool: string; readonly treatmentPool: string }): RunOwner[] {
  const home = provinceOf(pools.homePool);
  const treatment = provinceOf(pools.treatmentPool);
  return home === treatment ? [home] : [NATIONAL_CENTRE, home, treatment];
}

/** Payer and payee of a row in the run of an owner; undefined where it doesn't belong to that run. */
export function partiesIn(
  owner: RunOwner,
  pools: { readonly homePool: string; readonly treatmentPool: string },
): { readonly payer: PartyCode; readonly payee: PartyCode } | undefined {
  const home = provinceOf(pools.homePool);
  const treatment = provinceOf(pools.treatmentPool);
  if (owner === NATIONAL_CENTRE) return home === treatment ? undefined : { payer: home, payee: treatment };
  if (home !== owner && treatment !== owner) return undefined;
  return {
    payer: home === owner ? pools.homePool : platformOf(owner),
    payee: treatment === owner ? pools.treatmentPool : platformOf(owner),
  };
}
