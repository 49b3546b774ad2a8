import { addDays, type LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { benefitYear, checkInput, compilePack, compute, explain, type Pack, selectPack } from '@yijie/policy';
import type { FoundPolicy, Policy, PolicyBook, PolicyQuestion } from './policy-book.ts';

/** The policy packs of this home region, ready to be asked. */
export function policyBookOf(packs: readonly Pack[]): PolicyBook {
  const byPool = new Map<string, Pack[]>();
  for (const pack of packs) {
    const key = poolKey(pack.homePool, pack.scheme);
    byPool.set(key, [...(byPool.get(key) ?? []), pack]);
  }
  const policies = new Map(packs.map((pack) => [pack, policyOf(pack)]));
  const byVersion = new Map([...policies.values()].map((policy) => [policy.version, policy]));

  function select({ homePool, scheme }: PolicyQuestion, date: LocalDate) {
    return selectPack(byPool.get(poolKey(homePool, scheme)) ?? [], { homePool, scheme, date });
  }
  function found(pack: Pack, day: LocalDate): FoundPolicy {
    const { label, from } = benefitYear(pack, day);
    return {
      ok: true,
      policy: policies.get(pack) as Policy,
      benefitYear: label,
      yearFrom: from,
      yearBefore: benefitYear(pack, addDays(from, -1)).label,
    };
  }

  /** A region says whether the day of discharge or of settlement decides for a stay across the turn of the year. */
  function decide(question: PolicyQuestion): FoundPolicy {
    const { settlementDate, dischargeDate } = question;
    if (dischargeDate !== undefined && dischargeDate !== settlementDate) {
      const selected = select(question, dischargeDate);
      if (selected.ok && selected.pack.benefitYear.decidedBy === 'discharge')
        return found(selected.pack, dischargeDate);
    }
    const selected = select(question, settlementDate);
    return selected.ok ? found(selected.pack, settlementDate) : selected;
  }

  // The same few days are asked for again and again, and the answer never changes.
  const known = new Map<string, FoundPolicy>();
  return {
    find(question) {
      const { homePool, scheme, settlementDate, dischargeDate } = question;
      const key = `${homePool}${scheme}${settlementDate}${dischargeDate ?? ''}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const answer = decide(question);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(key, answer);
      return answer;
    },
    byVersion: (version) => byVersion.get(version),
  };
}

const KNOWN_MAX = 10_000;

function poolKey(homePool: string, scheme: Scheme): string {
  return `${homePool}-${scheme}`;
}

function policyOf(pack: Pack): Policy {
  const compiled = compilePack(pack);
  return {
    version: compiled.version,
    compute(input) {
      const checked = checkInput(compiled, input);
      return checked.ok ? { ok: true, result: compute(compiled, input) } : checked;
    },
    explain: (input) => explain(compiled, input).steps,
  };
}
