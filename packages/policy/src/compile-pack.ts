import type { PolicyFacts } from './contract.ts';
import type { Pack } from './pack/pack.ts';
import type { Plan } from './plan/plan.ts';
import { type ProfileReader, profileReader } from './plan/profile.ts';
import { resolvePlan } from './plan/resolve-plan.ts';
import type { Program } from './program/make-program.ts';
import { Working } from './working.ts';

/**
 * A pack made ready to compute with. What depends on person, hospital, filing and disease alone is decided once per
 * combination and kept; a bill then costs a look-up and its arithmetic.
 */
export interface CompiledPack {
  readonly pack: Pack;
  readonly version: string;
  readonly reader: ProfileReader;
  readonly planFor: (facts: PolicyFacts) => Plan;
  readonly preparedFor: (facts: PolicyFacts) => PreparedPlan;
  /** Scratch of the computation under way; a computation begins and ends without anything in between. */
  readonly working: Working;
}

/** A plan with what repeated use has made of it. */
export interface PreparedPlan {
  readonly plan: Plan;
  uses: number;
  program: Program | undefined;
}

export function compilePack(pack: Pack): CompiledPack {
  const reader = profileReader(pack);
  const plans = new Map<number, PreparedPlan>();
  const preparedFor = (facts: PolicyFacts): PreparedPlan => {
    const key = reader.keyOf(facts);
    const known = plans.get(key);
    if (known !== undefined) return known;
    const plan = resolvePlan(pack, reader.profileOf(facts));
    const prepared = { plan, uses: 0, program: undefined };
    plans.set(key, prepared);
    return prepared;
  };
  return {
    pack,
    version: pack.version,
    reader,
    working: new Working(),
    preparedFor,
    planFor: (facts) => preparedFor(facts).plan,
  };
}

const compiledPacks = new WeakMap<Pack, CompiledPack>();

/** Compiles a pack once, however often it is handed in. */
export function compiled(pack: Pack | CompiledPack): CompiledPack {
  if ('planFor' in pack) return pack;
  const known = compiledPacks.get(pack);
  if (known !== undefined) return known;
  const ready = compilePack(pack);
  compiledPacks.set(pack, ready);
  return ready;
}
