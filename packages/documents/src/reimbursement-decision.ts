import { type LocalDate, startOfDay } from '@yijie/calendar';
import type { RatioClass, Scheme, VisitKind } from '@yijie/codes';
import { type Fen, formatYuan, SHARE_NAMES, type Shares } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { type Form, type FormPart, fill, formPaper, formText, textField } from './form-layout.ts';
import { type Language, ratioClassLabels, schemeLabels, visitKindLabels } from './labels.ts';
import type { Paper, PaperField } from './paper/paper.ts';
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
  return formText(reimbursementDecision(data, language), language);
}

/** The same as a paper, with the place of the home agency's seal. */
export function reimbursementDecisionPaper(data: ReimbursementDecisionData): Paper {
  return formPaper(reimbursementDecision(data, 'zh'), startOfDay(data.decidedOn), 'zh');
}

function reimbursementDecision(data: ReimbursementDecisionData, language: Language): Form {
  const words = (name: keyof typeof reimbursementLabels) => reimbursementLabels[name][language];
  const fields = (of: readonly Field[]) => ({ kind: 'fields', fields: of }) as const;
  const { granted } = data;
  return {
    title: words('title'),
    parts: [
      fields([
        { label: words('reimbursementId'), value: data.reimbursementId, quarters: 2 },
        { label: words('decidedOn'), value: data.decidedOn, quarters: 1 },
        { label: words('decision'), value: words(granted ? 'granted' : 'rejected'), quarters: 1 },
        { label: words('reason'), value: data.reason, quarters: 4 },
      ]),
      fields([
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
      ...(granted === undefined ? [] : [grantedPart(data.totalFen, granted, language)]),
      { kind: 'note', text: words('objection') },
    ],
    signatures: [
      { label: words('agencySeal'), seal: `${data.homeRegion.name}医疗保障经办机构` },
      { label: words('date') },
    ],
  };
}

/** Amounts of nothing are left out, but for what the person gets and bears. */
function grantedPart(totalFen: Fen, granted: GrantedAmounts, language: Language): FormPart {
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
  const policy: readonly Field[] = [
    { label: words('ratioClass'), value: ratioClassLabels[granted.ratioClass][language], quarters: 2 },
    { label: words('benefitYear'), value: granted.benefitYear, quarters: 2 },
    { label: words('policyVersion'), value: granted.policyVersion, quarters: 4 },
  ];
  const capitals = `人民币${chineseCapitals(granted.payableFen)}`;
  const money: readonly Field[] = [
    { label: words('bankAccount'), value: granted.bankAccount, quarters: 2 },
    {
      label: words('payment'),
      value: payment === undefined ? words('notPaidYet') : fill(words('paidOnReference'), payment),
      quarters: 2,
    },
  ];
  return {
    kind: 'list',
    lines: [
      ...layFields(policy, language),
      ...amounts.map(([name, amount]) =>
        amountLine(words(name), formatYuan(amount, { grouped: true }), PAGE_COLUMNS / 2),
      ),
      `${words('capitals')}${COLON[language]}${capitals}`,
      ...layFields(money, language),
    ],
    blocks: [
      {
        kind: 'fields',
        fields: [
          ...policy.map(textField),
          ...amounts.map(
            ([name, value]): PaperField => ({ label: words(name), type: 'A', value, quarters: 2 }),
          ),
          { label: words('capitals'), type: 'T', value: capitals, quarters: 4 },
          ...money.map(textField),
        ],
      },
    ],
  };
}

function region({ name, code }: SlipRegion): string {
  return `${name} (${code})`;
}
