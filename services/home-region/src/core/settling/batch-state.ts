import type { Scheme } from '@yijie/codes';
import type { Filing } from '@yijie/filing';
import { ZERO_FEN } from '@yijie/money';
import type { Member } from '../members/member.ts';
import { NO_BENEFITS, type PersonBenefits } from './benefits.ts';
import type { Command } from './command.ts';
import {
  type AccountState,
  type AccumulatorState,
  accumulatorKey,
  type InboxOutcome,
  type InboxRecord,
  type LoadedSettlement,
  type LoadedState,
  type NewSettlement,
  type StoredSettlement,
  type WaitingDeadLetter,
} from './person-state.ts';

const NO_ACCUMULATORS: AccumulatorState = { ordinal: 0, values: {} };
const NO_ACCOUNT: AccountState = { ordinal: 0, ownFen: ZERO_FEN, familyFen: ZERO_FEN };

/**
 * What is known while a batch is decided: the loaded state with the effects of the commands decided so far laid over
 * it, so that several commands of one person in one batch see each other.
 */
export class BatchState {
  readonly #loaded: LoadedState;
  readonly #accumulators = new Map<string, AccumulatorState>();
  readonly #accounts = new Map<string, AccountState>();
  readonly #inbox = new Map<string, InboxRecord>();
  readonly #settlements = new Map<string, LoadedSettlement>();

  readonly #keysByChain = new Map<string, string[]>();

  constructor(loaded: LoadedState) {
    this.#loaded = loaded;
    for (const [key, { settlement }] of loaded.settlements) {
      const chain = chainOf(settlement);
      this.#keysByChain.set(chain, [...(this.#keysByChain.get(chain) ?? []), key]);
    }
  }

  member(personToken: string): Member | undefined {
    return this.#loaded.members.get(personToken);
  }

  filings(personToken: string): readonly Filing[] {
    return this.#loaded.filings.get(personToken) ?? [];
  }

  benefits(personToken: string): PersonBenefits {
    return this.#loaded.benefits.get(personToken) ?? NO_BENEFITS;
  }

  waiting(personToken: string): WaitingDeadLetter | undefined {
    return this.#loaded.waiting.get(personToken);
  }

  accumulators(personToken: string, scheme: Scheme, benefitYear: string): AccumulatorState {
    const key = accumulatorKey(personToken, scheme, benefitYear);
    return this.#accumulators.get(key) ?? this.#loaded.accumulators.get(key) ?? NO_ACCUMULATORS;
  }

  account(personToken: string): AccountState {
    return this.#accounts.get(personToken) ?? this.#loaded.accounts.get(personToken) ?? NO_ACCOUNT;
  }

  inbox(commandKey: string): InboxRecord | undefined {
    return this.#inbox.get(commandKey) ?? this.#loaded.inbox.get(commandKey);
  }

  settlement(settlementKey: string): LoadedSettlement | undefined {
    return this.#settlements.get(settlementKey) ?? this.#loaded.settlements.get(settlementKey);
  }

  recordFinal(commandKey: string, personToken: string, outcome: InboxOutcome): void {
    this.#inbox.set(commandKey, { personToken, outcome });
  }

  recordSettlement(command: Command, added: NewSettlement): void {
    const { settlement } = added;
    const { personToken, answer } = settlement;
    this.#inbox.set(command.key, { personToken, outcome: 'SETTLED', settled: answer });
    this.#accumulators.set(chainOf(settlement), added.accumulator);
    const { earlierYear } = settlement;
    if (earlierYear && added.earlierAccumulator) {
      const chain = accumulatorKey(personToken, answer.scheme, earlierYear.benefitYear);
      this.#accumulators.set(chain, added.earlierAccumulator);
    }
    if (added.account) this.#accounts.set(personToken, added.account);
    if (command.kind === 'refund') this.#recordRefund(command.settlementKey, settlement);
    else this.#recordLater(command.key, settlement);
  }

  #recordRefund(originalKey: string, refund: StoredSettlement): void {
    const original = this.settlement(originalKey);
    if (original === undefined) return;
    this.#settlements.set(originalKey, { ...original, refundedBy: refund.answer.settlementId });
    const undone = original.settlement.answer.settlementId;
    for (const [key, known] of this.#knownOf(refund)) {
      const later = known.later.filter((id) => Buffer.compare(id, undone) !== 0);
      if (later.length < known.later.length) this.#settlements.set(key, { ...known, later });
    }
  }

  #recordLater(key: string, settlement: StoredSettlement): void {
    for (const [earlierKey, earlier] of this.#knownOf(settlement)) {
      const later = [...earlier.later, settlement.answer.settlementId];
      this.#settlements.set(earlierKey, { ...earlier, later });
    }
    this.#settlements.set(key, { settlement, later: [], yearClosed: false, corrected: false });
    const chain = chainOf(settlement);
    this.#keysByChain.set(chain, [...(this.#keysByChain.get(chain) ?? []), key]);
  }

  /** Settlements of the same person, scheme and benefit year that this batch knows of. */
  #knownOf(settlement: StoredSettlement): [string, LoadedSettlement][] {
    return (this.#keysByChain.get(chainOf(settlement)) ?? []).flatMap((key) => {
      const known = this.settlement(key);
      return known === undefined ? [] : [[key, known] as [string, LoadedSettlement]];
    });
  }
}

function chainOf(settlement: StoredSettlement): string {
  return accumulatorKey(settlement.personToken, settlement.answer.scheme, settlement.benefitYear);
}
