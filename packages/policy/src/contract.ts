import type { LocalDate } from '@yijie/calendar';
import type { HospitalKind, HospitalLevel, PersonClass, RatioClass, Scheme, VisitKind } from '@yijie/codes';
import type { BasisPoints, Fen, Shares } from '@yijie/money';

/** What the home region knows of the person and the visit (contract "Policy" of ARCHITECTURE.md). */
export interface PolicyFacts {
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly ageYears: number;
  /** Years of contribution (缴费年限) or of being insured, whole years. */
  readonly insuredYears: number;
  /** Identity groups by the pack's names: `civil-servant`, `aid-recipient`, `low-income`, … */
  readonly groups: readonly string[];
  readonly visitKind: VisitKind;
  /** ICD-10 or chronic-disease code, when the pack has a rule for it. */
  readonly diseaseCode?: string | undefined;
  readonly hospitalLevel: HospitalLevel;
  readonly hospitalKind: HospitalKind;
  readonly ratioClass: RatioClass;
  readonly admissionDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
  readonly settlementDate: LocalDate;
  /** Where the visit takes place, six digits; the pack's home pool makes it a local visit. */
  readonly treatmentPool: string;
  /** Earlier stays of the benefit year in the same hospital; needed only where a pack counts those. */
  readonly staysInInstitution?: number | undefined;
  /** The stay this one continues by transfer; needed only where a pack has a transfer rule. */
  readonly transferredFrom?: TransferredFrom | undefined;
  /** Needed only where a pack's supplement begins at a share of the salary. */
  readonly yearlySalaryFen?: Fen | undefined;
  /** Whole months since a chronic disease was approved; needed only where a limit falls with them. */
  readonly monthsSinceApproval?: number | undefined;
  /** At the institution the person chose (定点); needed only where a pack asks. */
  readonly isChosenInstitution?: boolean | undefined;
  /** Codes of all approved chronic diseases; needed only where several raise the limit. */
  readonly chronicDiseases?: readonly string[] | undefined;
  /** Unused outpatient allowance that raises the ceiling of a stay, where a pack has that. */
  readonly carriedAllowanceFen?: Fen | undefined;
}

export interface TransferredFrom {
  readonly level: HospitalLevel;
  readonly dischargeDate: LocalDate;
  readonly deductibleFen: Fen;
}

/** A part of the bill that can share a ratio; `group` is "" for everything without a ratio of its own. */
export interface BillGroup {
  readonly group: string;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/**
 * What the person used so far in the benefit year, by name. Names are fixed here, so that a bureau can read them;
 * a pack uses those it needs, and a missing one is 0. Amounts in fen, counters whole numbers.
 */
export type Accumulators = Readonly<Record<string, number>>;

export interface AccountBalances {
  readonly ownAccountFen: Fen;
  readonly familyAccountFen: Fen;
  /** Whether the person lets the account pay (个人账户使用标志). */
  readonly useAccount: boolean;
}

export interface PolicyInput {
  readonly facts: PolicyFacts;
  readonly groups: readonly BillGroup[];
  readonly accumulators: Accumulators;
  readonly account: AccountBalances;
}

export interface PolicyLayer {
  readonly layer: string;
  readonly baseFen: Fen;
  readonly paidFen: Fen;
  readonly carriedFen: Fen;
  /** The single ratio that applied, where there was one. */
  readonly ratioBp?: BasisPoints | undefined;
}

export interface PolicyResult {
  readonly totalFen: Fen;
  readonly layers: readonly PolicyLayer[];
  readonly shares: Shares;
  readonly deductiblePaidFen: Fen;
  /** The whole new set; the change is its difference from the input's. */
  readonly accumulatorsAfter: Accumulators;
  /** Notes that aren't failures: `STL-LIMIT`, `ACC-BALANCE`. */
  readonly notes: readonly string[];
  /** e.g. "430100-employee@2025-01-01". */
  readonly policyVersion: string;
}

/**
 * One line of an explanation. Steps with a `share` say who pays: their results sum, share by share, to the shares
 * of the result. Steps without one say how the bill is split before anybody pays.
 */
export interface ExplanationStep {
  readonly rule: string;
  readonly share?: keyof Shares | undefined;
  /** Title, address, year and sureness of the source, or the assumption in words. */
  readonly source: string;
  /** The numbers that the rule read, by name: fen, basis points, or words. */
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly sentenceZh: string;
  readonly sentenceEn: string;
  /** With the numbers filled in. */
  readonly formula: string;
  readonly resultFen: Fen;
  readonly carriedFen: Fen;
}
