import type { LocalDate } from '@yijie/calendar';
import type { RatioClass, Scheme, VisitKind } from '@yijie/codes';
import { type Fen, formatYuan, SHARE_NAMES, type Shares } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { wrapColumns } from './display-width.ts';
import { fill, layForm, signatureLine } from './form-layout.ts';
import { type Language, ratioClassLabels, schemeLabels, visitKindLabels } from './labels.ts';
import { amountLine, COLON, type Field, layFields, PAGE_COLUMNS } from './print-layout.ts';
import { reimbursementLabels } from './reimbursement-labels.ts';
import type { SlipRegion } from './slip-data.ts';

/** A decided claim for manual reimbursement, as its letter shows it (clearing-and-filing §3.3). */
export interface ReimbursementDecisionData {
  readonly reimbursementId: string;
  readonly decidedOn: LocalDate;
  readonly person: { readonly name: string; readonly certificateNumber: string };
  readonly scheme: Scheme;
  readonly homeRegion: SlipRegion;
  readonly treatmentRegion: SlipRegion;
  readonly institutionName: string;
  readonly visitKind: VisitKind;
  readonly admissionDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
  readonly paidInFullOn: LocalDate;
  readonly receiptNumber: string;
  readonly receivedOn: LocalDate;
  readonly totalFen: Fen;
  readonly reason: string;
  /** Undefined when rejected. */
  readonly granted?: GrantedAmounts | undefined;
}

export interface GrantedAmounts {
  readonly ratioClass: RatioClass;
  readonly policyVersion: string;
  readonly benefitYear: string;
  readonly deductibleFen: Fen;
  readonly shares: Shares;
  readonly payableFen: Fen;
  /** The last digits alone. */
  readonly bankAccount: string;
  readonly payment?: { readonly paidOn: LocalDate; readonly bankReference: string } | undefined;
}

/** The decision on a claim (手工报销决定书) as text to print. */
export function renderReimbursementDecision(
  data: ReimbursementDecisionData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  const words = (name: keyof typeof reimbursementLabels) => reimbursementLabels[name][language];
  const lines = (fields: readonly Field[]) => layFields(fields, language);
  const { granted } = data;
  return layForm(
    words('title'),
    [
      lines([
        { label: words('reimbursementId'), value: data.reimbursementId, quarters: 2 },
        { label: words('decidedOn'), value: data.decidedOn, quarters: 1 },
        { label: words('decision'), value: words(granted ? 'granted' : 'rejected'), quarters: 1 },
        { label: words('reason'), value: data.reason, quarters: 4 },
      ]),
      lines([
        { label: words('name'), value: data.person.name, quarters: 2 },
        { label: words('certificateNumber'), value: data.person.certificateNumber, quarters: 2 },
        { label: words('scheme'), value: schemeLabels[data.scheme][language], quarters: 2 },
        { label: words('homeRegion'), value: region(data.homeRegion), quarters: 2 },
        { label: words('treatmentRegion'), value: region(data.treatmentRegion), quarters: 2 },
        { label: words('institution'), value: data.institutionName, quarters: 2 },
        { label: words('visitKind'), value: visitKindLabels[data.visitKind][language], quarters: 2 },
        {
          label: words('visitDates'),
          value: fill(words('fromTo'), {
            from: data.admissionDate,
            lastDay: data.dischargeDate ?? data.admissionDate,
          }),
          quarters: 2,
        },
        { label: words('paidInFullOn'), value: data.paidInFullOn, quarters: 2 },
        { label: words('receiptNumber'), value: data.receiptNumber, quarters: 2 },
        { label: words('receivedOn'), value: data.receivedOn, quarters: 2 },
      ]),
      granted === undefined ? [] : grantedLines(data.totalFen, granted, language),
      wrapColumns(words('objection'), PAGE_COLUMNS),
    ],
    signatureLine([words('agencySeal'), words('date')], language),
  );
}

/** Amounts of nothing are left out, but for what the person gets and bears. */
function grantedLines(totalFen: Fen, granted: GrantedAmounts, language: Language): string[] {
  const words = (name: keyof typeof reimbursementLabels) => reimbursementLabels[name][language];
  const amounts: [keyof typeof reimbursementLabels, Fen][] = [
    ['total', totalFen],
    ['deductible', granted.deductibleFen],
    ...SHARE_NAMES.filter((name) => name === 'personalCashFen' || granted.shares[name] !== 0).map(
      (name) => [name, granted.shares[name]] as [typeof name, Fen],
    ),
    ['payable', granted.payableFen],
  ];
  const { payment } = granted;
  return [
    ...layFields(
      [
        { label: words('ratioClass'), value: ratioClassLabels[granted.ratioClass][language], quarters: 2 },
        { label: words('benefitYear'), value: granted.benefitYear, quarters: 2 },
        { label: words('policyVersion'), value: granted.policyVersion, quarters: 4 },
      ],
      language,
    ),
    ...amounts.map(([name, amount]) =>
      amountLine(words(name), formatYuan(amount, { grouped: true }), PAGE_COLUMNS / 2),
    ),
    `${words('capitals')}${COLON[language]}人民币${chineseCapitals(granted.payableFen)}`,
    ...layFields(
      [
        { label: words('bankAccount'), value: granted.bankAccount, quarters: 2 },
        {
          label: words('payment'),
          value: payment === undefined ? words('notPaidYet') : fill(words('paidOnReference'), payment),
          quarters: 2,
        },
      ],
      language,
    ),
  ];
}

function region({ name, code }: SlipRegion): string {
  return `${name} (${code})`;
}
