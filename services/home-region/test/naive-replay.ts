/**
 * Invariant I3, the slow and obvious way: takes the settlements and refunds of a home region in their order and counts
 * what every person must have used and must have left. It shares nothing with the service but the policy itself.
 */
import { type CompiledPack, compute, type PolicyInput } from '@yijie/policy';

export interface ReplayedEffect {
  readonly person: string;
  readonly id: string;
  /** The settlement that this one undoes. */
  readonly undoes?: string | undefined;
  readonly scheme: string;
  readonly year: string;
  readonly pack: CompiledPack;
  /** What was asked, without what the person had used and had left. */
  readonly asked?: Omit<PolicyInput, 'accumulators' | 'account'> & { readonly useAccount: boolean };
}

export interface ReplayedPerson {
  readonly used: Record<string, Record<string, number>>;
  own: number;
  family: number;
}

export function naiveReplay(
  start: Readonly<Record<string, { readonly own: number; readonly family: number }>>,
  effects: readonly ReplayedEffect[],
): Record<string, ReplayedPerson> {
  const persons: Record<string, ReplayedPerson> = {};
  for (const [person, balance] of Object.entries(start)) persons[person] = { used: {}, ...balance };
  const moved: Record<string, { used: Record<string, number>; own: number; family: number }> = {};

  for (const { person, id, undoes, scheme, year, pack, asked } of effects) {
    const state = persons[person] as ReplayedPerson;
    const key = `${scheme} ${year}`;
    state.used[key] ??= {};
    const used = state.used[key];
    if (undoes !== undefined) {
      const back = moved[undoes] as (typeof moved)[string];
      for (const [name, value] of Object.entries(back.used)) used[name] = (used[name] ?? 0) - value;
      state.own += back.own;
      state.family += back.family;
      continue;
    }
    if (asked === undefined) throw new Error('a settlement says what was asked');
    const { useAccount, ...rest } = asked;
    const account = { ownAccountFen: state.own, familyAccountFen: state.family, useAccount };
    const result = compute(pack, { ...rest, accumulators: { ...used }, account } as PolicyInput);
    const change: Record<string, number> = {};
    for (const [name, value] of Object.entries(result.accumulatorsAfter)) {
      change[name] = value - (used[name] ?? 0);
      used[name] = value;
    }
    state.own -= result.shares.ownAccountFen;
    state.family -= result.shares.familyAccountFen;
    moved[id] = { used: change, own: result.shares.ownAccountFen, family: result.shares.familyAccountFen };
  }
  return persons;
}
