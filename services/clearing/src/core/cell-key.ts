import { type PartyCode, type Period, period, platformOf, type RunOwner } from '@yijie/clearing';
import { provinceOf, SCHEMES, type Scheme, VISIT_KINDS, type VisitKind } from '@yijie/codes';
import { assert } from '@yijie/money';

/** The numbers under which the database adds rows up (migration `run`): parties above, month, scheme and kind below. */
export interface CellKey {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  readonly settledPeriod: Period;
}

const MONTHS = 2_048;
const KINDS = 8;
const POOLS_OF_PROVINCE = 10_001;

export function readNationalKey(key: number): CellKey {
  const { parties, ...dimensions } = split(key);
  const [home, treatment] = [Math.floor(parties / 100), parties % 100];
  return { payer: `${home}0000`, payee: `${treatment}0000`, ...dimensions };
}

/** In the run of the home pool's province: what the pool pays, to a pool of the same province or by the platform. */
export function readHomeKey(key: number): CellKey & { readonly owner: RunOwner } {
  const { parties, ...dimensions } = split(key);
  const [pool, other] = [`${Math.floor(parties / POOLS_OF_PROVINCE)}`, parties % POOLS_OF_PROVINCE];
  const owner = provinceOf(pool);
  const payee = other === 0 ? platformOf(owner) : `${pool.slice(0, 2)}${`${other - 1}`.padStart(4, '0')}`;
  return { owner, payer: pool, payee, ...dimensions };
}

/** In the run of the treatment pool's province: what it receives from other provinces, by the platform. */
export function readTreatmentKey(key: number): CellKey & { readonly owner: RunOwner } {
  const { parties, ...dimensions } = split(key);
  const pool = `${parties}`;
  const owner = provinceOf(pool);
  return { owner, payer: platformOf(owner), payee: pool, ...dimensions };
}

function split(key: number): Omit<CellKey, 'payer' | 'payee'> & { readonly parties: number } {
  const kind = key % KINDS;
  const month = Math.floor(key / KINDS) % MONTHS;
  const scheme = SCHEMES[kind >> 2];
  const visitKind = VISIT_KINDS[kind & 3];
  assert(scheme !== undefined && visitKind !== undefined, `not a cell's key: ${key}`);
  return {
    parties: Math.floor(key / (KINDS * MONTHS)),
    scheme,
    visitKind,
    settledPeriod: period((2_000 + Math.floor(month / 12)) * 100 + (month % 12) + 1),
  };
}
