import type { Instant, LocalDate } from '@yijie/calendar';
import type {
  FeeCategoryCode,
  FilingType,
  HospitalLevel,
  PersonClass,
  RatioClass,
  Scheme,
  VisitKind,
} from '@yijie/codes';
import type { Fen, Shares } from '@yijie/money';

export interface SlipRegion {
  readonly code: string;
  readonly name: string;
}

export interface SlipCategory {
  readonly code: FeeCategoryCode;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

export interface SlipExplanationStep {
  readonly rule: string;
  readonly source: string;
  readonly sentenceZh: string;
  readonly sentenceEn: string;
  readonly formula: string;
  readonly resultFen: Fen;
}

/**
 * What the settlement slip of attachment 5 shows (clearing-and-filing §5.1). A refund carries its amounts negated and
 * the number of the settlement it undoes.
 */
export interface SlipData {
  /** Province of the treatment site, for the heading. */
  readonly provinceName: string;
  readonly settlementId: string;
  /** Set on a refund. */
  readonly originalSettlementId?: string | undefined;
  readonly visitId: string;
  /** As the local rule shows it on the slip: whole or masked. */
  readonly person: {
    readonly name: string;
    readonly gender: string;
    readonly ageYears?: number | undefined;
    readonly certificateNumber: string;
    readonly personNumber?: string | undefined;
  };
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly homeRegion: SlipRegion;
  readonly treatmentSite: SlipRegion;
  /** Absent when the home region asked for no filing. */
  readonly filingType?: FilingType | undefined;
  readonly ratioClass: RatioClass;
  readonly institution: { readonly code: string; readonly name: string; readonly level: HospitalLevel };
  readonly department?: string | undefined;
  readonly bedNumber?: string | undefined;
  readonly admissionNumber?: string | undefined;
  readonly admissionDiagnosis?: string | undefined;
  readonly dischargeDiagnosis?: string | undefined;
  readonly visitKind: VisitKind;
  readonly admissionDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
  readonly emergency: boolean;
  readonly injury: boolean;
  /** Those that occur; the slip prints all 14. */
  readonly categories: readonly SlipCategory[];
  readonly totalFen: Fen;
  readonly deductiblePaidFen: Fen;
  readonly shares: Shares;
  readonly accountBalanceAfterFen: Fen;
  readonly yearDeductibleUsedFen: Fen;
  readonly yearPoolUsedFen: Fen;
  readonly policyVersion: string;
  readonly settledAt: Instant;
  readonly operator?: string | undefined;
  /** Printed below the amounts: that dates were moved, that the limit is reached, which filing was taken, … */
  readonly remarks: readonly string[];
  /** Printed after the slip when given. */
  readonly explanation?: readonly SlipExplanationStep[] | undefined;
}
