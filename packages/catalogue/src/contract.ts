import type { LocalDate } from '@yijie/calendar';
import type { FeeCategoryCode } from '@yijie/codes';
import type { ErrorCode, Refusal } from '@yijie/errors';
import type { BasisPoints, Fen } from '@yijie/money';

/** A charge line as the wire gives it. Amounts and prices as in proto/yijie/treatment/v1 (ChargeLine). */
export interface BillLine {
  readonly lineNumber: number;
  /** The hospital's own item code. */
  readonly itemCode: string;
  readonly quantityE4: number;
  readonly unitPriceE4: number;
  readonly amountFen: number;
  /** YYYYMMDD */
  readonly serviceDate: number;
  /** The other institution that did it, for what was done or bought elsewhere during a stay. */
  readonly outsideInstitutionCode?: string;
}

/** The first day and the last day on which a line may be dated (both included, as a stay is). */
export interface StayDates {
  readonly admissionDate: LocalDate;
  readonly lastDate: LocalDate;
}

/** One national category with its four parts; total = the sum of the other four. */
export interface CategoryParts {
  readonly code: FeeCategoryCode;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** Item group with a ratio of its own at home ("TCM"), or "" for all others. */
export interface GroupParts {
  readonly group: string;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** What a bill becomes: only categories and groups that occur, in order of code. */
export interface ConvertedBill {
  readonly totalFen: Fen;
  readonly lineCount: number;
  readonly categories: readonly CategoryParts[];
  readonly groups: readonly GroupParts[];
}

/** 甲 (A): in scope. 乙 (B): a share is prepaid by the patient first. 丙 (C): self-paid. */
export type ItemClass = 'A' | 'B' | 'C';

/** Items that home policies may give a ratio of their own (policy-rule-shapes A9). */
export const ITEM_GROUPS = ['', 'TCM'] as const;
export type ItemGroup = (typeof ITEM_GROUPS)[number];

/** What one hospital's item is. Ranges are half-open, `[validFrom, validUntil)`; no `validUntil` means open. */
export interface MappingRow {
  readonly itemCode: string;
  /** Absent for an item without a national code, which the patient pays in full. */
  readonly nationalCode?: string | undefined;
  /** Of an item without a national code: why it has none, and the category it is shown under. */
  readonly selfPaidReason?: string | undefined;
  readonly selfPaidCategory?: FeeCategoryCode | undefined;
  readonly validFrom: LocalDate;
  readonly validUntil?: LocalDate | undefined;
}

/** An entry of the treatment region's catalogue (就医地目录). */
export interface CatalogueRow {
  readonly nationalCode: string;
  readonly itemClass: ItemClass;
  /** 乙类先行自付比例; 0 for classes A and C. */
  readonly prepayRatio: BasisPoints;
  /** Price limit, for a bed the limit per bed day, in ten-thousandths of a yuan per unit. */
  readonly priceLimitE4?: number | undefined;
  readonly category: FeeCategoryCode;
  readonly group: ItemGroup;
  readonly validFrom: LocalDate;
  readonly validUntil?: LocalDate | undefined;
}

/**
 * The refusals of a conversion, in the order they are listed: a value out of its range; a line number used twice; a day
 * outside the stay; an item without a mapping on the service date; a national code without an entry in the treatment
 * region's catalogue on that date; quantity × price isn't the amount; more returned than charged.
 */
export const CATALOGUE_REFUSAL_CODES = [
  'CAT-FORM',
  'CAT-LINE-DUP',
  'CAT-DATE',
  'CAT-UNMAPPED',
  'CAT-ENTRY',
  'CAT-AMOUNT',
  'CAT-RETURN',
] as const satisfies readonly ErrorCode[];
export type CatalogueRefusalCode = (typeof CATALOGUE_REFUSAL_CODES)[number];

/** Why a bill isn't converted: one per code, with every line that is meant. */
export interface CatalogueRefusal extends Refusal<CatalogueRefusalCode> {
  /** Ascending, each once. */
  readonly lineNumbers: readonly number[];
}

export type Conversion =
  | { readonly ok: true; readonly bill: ConvertedBill }
  | { readonly ok: false; readonly refusals: readonly CatalogueRefusal[] };
