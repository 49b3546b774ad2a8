import type { Filing } from '@yijie/filing';
import { type Fen, fen } from '@yijie/money';
import type { Member } from '../src/core/members/member.ts';
import type { Command } from '../src/core/settling/command.ts';
import { type BatchDecision, type Decision, decideCommands } from '../src/core/settling/decide-commands.ts';
import {
  type AccountState,
  type AccumulatorState,
  accumulatorKey,
  type InboxRecord,
  type LoadedSettlement,
} from '../src/core/settling/person-state.ts';
import type { HomeRules } from '../src/core/settling/settle.ts';

/** What the tables hold, in memory: the core is decided against it batch by batch, as against the database. */
export class MemoryRegion {
  readonly rules: HomeRules;
  readonly members = new Map<string, Member>();
  readonly filings = new Map<string, readonly Filing[]>();
  readonly accounts = new Map<string, AccountState>();
  readonly accumulators = new Map<string, AccumulatorState>();
  readonly inbox = new Map<string, InboxRecord>();
  readonly settlements = new Map<string, LoadedSettlement>();
  /** Every settlement and refund, in the order in which it was decided. */
  readonly effects: Decision[] = [];

  constructor(rules: HomeRules) {
    this.rules = rules;
  }

  enrol(member: Member, filings: readonly Filing[], ownFen: Fen, familyFen: Fen): void {
    this.members.set(member.personToken, member);
    this.filings.set(member.personToken, filings);
    this.accounts.set(member.personToken, { ordinal: 1, ownFen, familyFen });
  }

  decide(...commands: Command[]): readonly Decision[] {
    const decided: BatchDecision = decideCommands(
      this.rules,
      { ...this, benefits: new Map(), waiting: new Map() },
      commands,
    );
    if (!decided.ok) throw decided.cause;
    for (const decision of decided.decisions) this.#store(decision);
    return decided.decisions;
  }

  #store(decision: Decision): void {
    const { command, effect } = decision;
    if (effect.kind !== 'final') return;
    const { personToken } = command;
    const settled = effect.answer.kind === 'settled' ? effect.answer : undefined;
    this.inbox.set(command.key, { personToken, outcome: effect.outcome, settled });
    if (effect.tombstone) this.inbox.set(effect.tombstone.key, { personToken, outcome: 'ROLLED_BACK' });
    if (effect.added === undefined) return;
    const { settlement, accumulator, account } = effect.added;
    const chain = accumulatorKey(personToken, settlement.answer.scheme, settlement.benefitYear);
    const before = this.accumulators.get(chain)?.ordinal ?? 0;
    if (accumulator.ordinal !== before + 1) throw new Error('the chain of accumulators has a gap');
    this.accumulators.set(chain, accumulator);
    const { earlierYear } = settlement;
    const { earlierAccumulator } = effect.added;
    if (earlierYear && earlierAccumulator) {
      const earlier = accumulatorKey(personToken, settlement.answer.scheme, earlierYear.benefitYear);
      const last = this.accumulators.get(earlier)?.ordinal ?? 0;
      if (earlierAccumulator.ordinal !== last + 1) throw new Error('the earlier chain has a gap');
      this.accumulators.set(earlier, earlierAccumulator);
    }
    if (account) this.accounts.set(personToken, account);
    this.settlements.set(command.key, { settlement, later: [], yearClosed: false, corrected: false });
    if (command.kind === 'refund') {
      const original = this.settlements.get(command.settlementKey);
      if (original)
        this.settlements.set(command.settlementKey, {
          ...original,
          refundedBy: settlement.answer.settlementId,
        });
    }
    this.effects.push(decision);
  }

  account(personToken: string): { ownFen: number; familyFen: number } {
    const { ownFen, familyFen } = this.accounts.get(personToken) ?? { ownFen: fen(0), familyFen: fen(0) };
    return { ownFen, familyFen };
  }
}
