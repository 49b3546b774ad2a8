import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import type {
  SplitLine as WireLine,
  Settle as WireSettle,
  VisitFacts as WireVisitFacts,
} from '@yijie/contracts/exchange';
import { type Fen, fen } from '@yijie/money';
import type { Bill, SplitLine, VisitFacts } from '../core/settling/command.ts';
import { hospitalKind, hospitalLevel, visitKind } from './words.ts';

const ID_BYTES = 16;
/** As the contract bounds it. */
const LINES_MAX = 1_000;

/** A field that no right sender sends. */
export class FieldError extends Error {
  constructor(field: string, value: unknown) {
    super(`${field} = ${String(value)}`);
  }
}

export function readBill(wire: WireSettle): Bill {
  return {
    visit: readVisit(wire.visit),
    totalFen: readFen('total_fen', wire.totalFen),
    categories: wire.categories.map((category) => ({
      code: readCategory(category.code),
      ...readParts(category, readFen),
    })),
    groups: wire.groups.map((group) => ({ group: group.group, ...readParts(group, readFen) })),
    lines: readLines(wire.lines),
    useAccount: wire.useAccount,
  };
}

/** A visit as it stands in a bill. A benefit check comes before there is a visit: its id may be empty. */
export function readVisit(
  wire: WireVisitFacts | undefined,
  options: { readonly beforeAdmission: boolean } = { beforeAdmission: false },
): VisitFacts {
  if (wire === undefined) throw new FieldError('visit', 'none');
  const none = options.beforeAdmission && wire.visitId.length === 0;
  return {
    visitId: none ? wire.visitId : readId('visit_id', wire.visitId),
    kind: known('kind', wire.kind, visitKind.word(wire.kind)),
    admissionDate: readDate('admission_date', wire.admissionDate),
    dischargeDate: wire.dischargeDate === 0 ? undefined : readDate('discharge_date', wire.dischargeDate),
    emergency: wire.emergency,
    injury: wire.injury,
    thirdPartyLiable: wire.thirdPartyLiable,
    injuryStatementSigned: wire.injuryStatementSigned,
    paidInFull: wire.paidInFull,
    chronicDiseaseCode: wire.chronicDiseaseCode || undefined,
    diagnosisCode: wire.diagnosisCode || undefined,
    hospitalLevel: known('hospital_level', wire.hospitalLevel, hospitalLevel.word(wire.hospitalLevel)),
    hospitalKind: known('hospital_kind', wire.hospitalKind, hospitalKind(wire.hospitalKind)),
    institutionOpen: wire.institutionOpen,
    institutionSuspended: wire.institutionSuspended,
    suspendedUntilMs:
      wire.suspendedUntilMs === 0 ? undefined : readInstant('suspended_until_ms', wire.suspendedUntilMs),
    diseaseNotOpen: wire.diseaseNotOpen,
  };
}

function readLines(lines: readonly WireLine[]): SplitLine[] {
  if (lines.length > LINES_MAX) throw new FieldError('lines', lines.length);
  return lines.map((line) => ({
    lineNumber: line.lineNumber,
    category: readCategory(line.categoryCode),
    group: line.group,
    ...readParts(line, readSignedFen),
  }));
}

interface WireParts {
  readonly totalFen: number;
  readonly selfPaidFen: number;
  readonly overLimitFen: number;
  readonly prepaySelfFen: number;
  readonly inScopeFen: number;
}

function readParts(wire: WireParts, read: (field: string, value: number) => Fen) {
  return {
    totalFen: read('total_fen', wire.totalFen),
    selfPaidFen: read('self_paid_fen', wire.selfPaidFen),
    overLimitFen: read('over_limit_fen', wire.overLimitFen),
    prepaySelfFen: read('prepay_self_fen', wire.prepaySelfFen),
    inScopeFen: read('in_scope_fen', wire.inScopeFen),
  };
}

export function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}

/** Amounts of a bill are never negative: returned items are netted where the lines are. */
function readFen(field: string, value: number): Fen {
  if (!Number.isSafeInteger(value) || value < 0) throw new FieldError(field, value);
  return fen(value);
}

/** Of a line: an item that was returned takes its amount back. */
function readSignedFen(field: string, value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new FieldError(field, value);
  return fen(value);
}

export function readId(field: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== ID_BYTES) throw new FieldError(field, `${bytes.length} bytes`);
  return bytes;
}

export function readPool(field: string, text: string): string {
  if (!/^[1-8]\d{5}$/.test(text)) throw new FieldError(field, text);
  return text;
}

function readDate(field: string, yyyymmdd: number): LocalDate {
  const date = localDateFromNumber(yyyymmdd);
  if (date === undefined) throw new FieldError(field, yyyymmdd);
  return date;
}

export function readInstant(field: string, ms: number): number {
  if (!Number.isSafeInteger(ms) || ms <= 0) throw new FieldError(field, ms);
  return ms;
}

function readCategory(text: string): FeeCategoryCode {
  return known(
    'category',
    text,
    FEE_CATEGORY_CODES.find((code) => code === text),
  );
}

export function required(field: string, text: string): string {
  if (text === '') throw new FieldError(field, 'empty');
  return text;
}

function known<Word>(field: string, wire: unknown, word: Word | undefined): Word {
  if (word === undefined) throw new FieldError(field, wire);
  return word;
}
