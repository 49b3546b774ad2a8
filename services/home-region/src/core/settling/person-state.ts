import type { LocalDate } from '@yijie/calendar';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Filing } from '@yijie/filing';
import type { Fen } from '@yijie/money';
import type { Accumulators, PolicyInput } from '@yijie/policy';
import type { Member } from '../members/member.ts';
import type { SettledAnswer } from './answer.ts';
import type { PersonBenefits } from './benefits.ts';

/** The newest entry of a chain; ordinal 0 stands for a chain without entries. */
export interface AccumulatorState {
  readonly ordinal: number;
  readonly values: Accumulators;
}

export interface AccountState {
  readonly ordinal: number;
  readonly ownFen: Fen;
  readonly familyFen: Fen;
}

/** How a command ended, as the inbox has it. */
export type InboxOutcome = 'SETTLED' | 'REFUSED' | 'EXPIRED' | 'ROLLED_BACK' | 'REVERSED';

export interface InboxRecord {
  readonly personToken: string;
  readonly outcome: InboxOutcome;
  /** The answer of a settlement or refund, when a reversal asks for it. */
  readonly settled?: SettledAnswer | undefined;
}

/** A settlement or refund as it is stored, with what undoing it needs. */
export interface StoredSettlement {
  readonly personToken: string;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly visitKind: VisitKind;
  readonly benefitYear: string;
  readonly accumulatorDelta: Accumulators;
  /** Of a stay across the turn of the year that is shared out by days: what counts for the year before. */
  readonly earlierYear?:
    | { readonly benefitYear: string; readonly accumulatorDelta: Accumulators }
    | undefined;
  readonly answer: SettledAnswer;
}

export interface LoadedSettlement {
  readonly settlement: StoredSettlement;
  /** The refund that undid it. */
  readonly refundedBy?: Uint8Array | undefined;
  /** Settlements of the same person and benefit year after it, in order, those refunded left out. */
  readonly later: readonly Uint8Array[];
  /** The settlement's calendar year is finally cleared. */
  readonly yearClosed: boolean;
  /** An approved correction (轧差报销) of it stands. */
  readonly corrected: boolean;
}

export interface WaitingDeadLetter {
  readonly deadLetterId: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Everything a batch of commands needs to know before it is decided; made by one read. */
export interface LoadedState {
  /** By person token. */
  readonly members: ReadonlyMap<string, Member>;
  readonly filings: ReadonlyMap<string, readonly Filing[]>;
  /** Of persons with a visit in the batch that isn't a stay. */
  readonly benefits: ReadonlyMap<string, PersonBenefits>;
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Oldest dead letter that holds a person's commands up. */
  readonly waiting: ReadonlyMap<string, WaitingDeadLetter>;
  /** By {@link accumulatorKey}. */
  readonly accumulators: ReadonlyMap<string, AccumulatorState>;
  /** Final answers, by command key: of the commands themselves and of what they want to reverse. */
  readonly inbox: ReadonlyMap<string, InboxRecord>;
  /** What the refunds of the batch want to undo, by settlement key. */
  readonly settlements: ReadonlyMap<string, LoadedSettlement>;
}

/** What storing a settlement or refund adds beside the answer. */
export interface NewSettlement {
  readonly settlement: StoredSettlement;
  /** Undefined on a refund. */
  readonly policyInput?: PolicyInput | undefined;
  readonly accumulator: AccumulatorState;
  /** Of the settlement's earlier year, where it has one. */
  readonly earlierAccumulator?: AccumulatorState | undefined;
  /** Undefined when the account didn't move. */
  readonly account?: AccountState | undefined;
}

/** The filing that an emergency makes by being settled (clearing-and-filing §1.9). */
export interface DeemedFiling {
  readonly personToken: string;
  readonly scheme: Scheme;
  readonly targetRegion: string;
  readonly visitId: Uint8Array;
  readonly from: LocalDate;
  /** The day of settlement: the filing serves this visit alone. */
  readonly lastDay: LocalDate;
}

export function accumulatorKey(personToken: string, scheme: Scheme, benefitYear: string): string {
  return `${personToken} ${scheme} ${benefitYear}`;
}
