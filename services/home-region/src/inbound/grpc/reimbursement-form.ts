import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import type {
  DecideReimbursementRequest,
  EnterReimbursementBillRequest,
  Claim as WireClaim,
} from '@yijie/contracts/reimbursement';
import { refuse } from '@yijie/errors';
import type { ReimbursementVerdict } from '../../application/claims/decide-reimbursement.ts';
import type { BankAccount } from '../../core/claims/reimbursement-case.ts';
import {
  billOfItems,
  CLAIM_CAUSES,
  CLAIM_CHANNELS,
  type Claim,
  type ClaimBill,
  type ClaimItem,
  REJECTION_REASONS,
} from '../../core/claims/reimbursement-claim.ts';
import { MATERIALS, type Material } from '../../core/claims/reimbursement-materials.ts';
import { hospitalKind, hospitalLevel, visitKind } from '../../wire/words.ts';
import { amount, FormError, optionalDate, requiredDate, requiredText, requiredWord } from './form.ts';

/** Which region codes are pools, and what they are called. */
export interface RegionNames {
  isPool(code: string): boolean;
  nameOf(code: string): string;
}

const GROUPS_MAX = 50;
/** A stay of months has a few thousand lines; more come as categories. */
const ITEMS_MAX = 5_000;

export function readClaim(wire: WireClaim | undefined, regions: RegionNames): Claim {
  if (wire === undefined) throw new FormError(refuse('FRM-REQUIRED', { field: 'claim' }));
  const admissionDate = requiredDate('admission_date', wire.admissionDate);
  const dischargeDate = optionalDate('discharge_date', wire.dischargeDate);
  const paidInFullOn = requiredDate('paid_on', wire.paidOn);
  const kind = requiredWord('visit_kind', visitKind.word(wire.visitKind));
  const isStay = kind === 'inpatient' || kind === 'maternity';
  if (isStay !== (dischargeDate !== undefined))
    throw new FormError(refuse('FRM-DATE', { field: 'discharge_date', value: `${wire.dischargeDate}` }));
  if ((dischargeDate ?? admissionDate) < admissionDate)
    throw new FormError(refuse('FRM-DATE', { field: 'discharge_date', value: `${wire.dischargeDate}` }));
  if (paidInFullOn < admissionDate)
    throw new FormError(refuse('FRM-DATE', { field: 'paid_on', value: `${wire.paidOn}` }));
  if (!regions.isPool(wire.treatmentPool))
    throw new FormError(refuse('FRM-REGION', { field: 'treatment_pool', value: wire.treatmentPool }));
  const totalFen = amount('total_fen', wire.totalFen);
  if (totalFen === 0) throw new FormError(refuse('FRM-AMOUNT', { field: 'total_fen', value: '0' }));
  return {
    visitKind: kind,
    treatmentPool: wire.treatmentPool,
    institutionCode: requiredText('institution_code', wire.institutionCode, 32),
    institutionName: requiredText('institution_name', wire.institutionName),
    hospitalLevel: requiredWord('hospital_level', hospitalLevel.word(wire.hospitalLevel)),
    hospitalKind: requiredWord('hospital_kind', hospitalKind(wire.hospitalKind)),
    admissionDate,
    dischargeDate,
    paidInFullOn,
    emergency: wire.emergency,
    injury: wire.injury,
    thirdPartyLiable: wire.thirdPartyLiable,
    injuryStatement: wire.injuryStatementSigned,
    diseaseCode: wire.diseaseCode === '' ? undefined : requiredText('disease_code', wire.diseaseCode, 20),
    receiptNumber: requiredText('receipt_number', wire.receiptNumber, 64),
    totalFen,
    useAccount: wire.useAccount,
    cause: requiredWord(
      'cause',
      CLAIM_CAUSES.find((cause) => cause === wire.cause),
    ),
    channel: requiredWord(
      'channel',
      CLAIM_CHANNELS.find((channel) => channel === wire.channel),
    ),
  };
}

export function readBank(wire: WireClaim | undefined): BankAccount {
  return {
    bankName: requiredText('bank_name', wire?.bankName ?? ''),
    account: requiredText('bank_account', wire?.bankAccount ?? '', 40),
    holder: requiredText('account_holder', wire?.accountHolder ?? ''),
  };
}

export function readMaterials(names: readonly string[]): readonly Material[] {
  return names.map((name) =>
    requiredWord(
      'materials',
      MATERIALS.find((material) => material === name),
    ),
  );
}

type WireParts = Pick<
  EnterReimbursementBillRequest['groups'][number],
  'totalFen' | 'selfPaidFen' | 'overLimitFen' | 'prepaySelfFen' | 'inScopeFen'
>;

export function readBill(request: EnterReimbursementBillRequest): ClaimBill {
  const { categories, groups, items } = request;
  if (items.length > 0) {
    if (categories.length > 0 || groups.length > 0)
      throw new FormError(refuse('FRM-VALUE', { field: 'items', allowed: 'items alone' }));
    if (items.length > ITEMS_MAX)
      throw new FormError(refuse('FRM-SIZE', { field: 'items', max: `${ITEMS_MAX}` }));
    return billOfItems(items.map(readItem));
  }
  if (categories.length === 0) throw new FormError(refuse('FRM-REQUIRED', { field: 'categories' }));
  if (new Set(categories.map(({ code }) => code)).size < categories.length)
    throw new FormError(refuse('FRM-VALUE', { field: 'categories' }));
  if (groups.length > GROUPS_MAX)
    throw new FormError(refuse('FRM-SIZE', { field: 'groups', max: `${GROUPS_MAX}` }));
  return {
    categories: categories.map((category) => ({
      code: categoryCode('categories.code', category.code),
      ...parts('categories', category),
    })),
    groups: groups.map((group) => ({ group: group.group, ...parts('groups', group) })),
  };
}

function readItem(wire: EnterReimbursementBillRequest['items'][number]): ClaimItem {
  return {
    nationalCode: wire.nationalCode === '' ? '' : requiredText('items.national_code', wire.nationalCode, 32),
    name: requiredText('items.name', wire.name),
    category: categoryCode('items.category_code', wire.categoryCode),
    group: wire.group === '' ? '' : requiredText('items.group', wire.group, 32),
    ...parts('items', wire),
  };
}

function categoryCode(field: string, text: string): FeeCategoryCode {
  return requiredWord(
    field,
    FEE_CATEGORY_CODES.find((code) => code === text),
  );
}

function parts(field: string, wire: WireParts) {
  return {
    totalFen: amount(`${field}.total_fen`, wire.totalFen),
    selfPaidFen: amount(`${field}.self_paid_fen`, wire.selfPaidFen),
    overLimitFen: amount(`${field}.over_limit_fen`, wire.overLimitFen),
    prepaySelfFen: amount(`${field}.prepay_self_fen`, wire.prepaySelfFen),
    inScopeFen: amount(`${field}.in_scope_fen`, wire.inScopeFen),
  };
}

export function readVerdict(request: DecideReimbursementRequest): ReimbursementVerdict {
  const reason = requiredText('reason', request.reason, 500);
  if (request.approve) return { approve: true, payableFen: request.payableFen, reason };
  const reasonCode = requiredWord(
    'reason_code',
    REJECTION_REASONS.find((code) => code === request.reasonCode),
  );
  return { approve: false, reasonCode, reason };
}
