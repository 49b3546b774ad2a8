import { compareDetail, compareTotals, type DetailRow, type Totals } from '@yijie/clearing';
import {
  ApplyForMonthResponse,
  ConfirmRowsResponse,
  ConfirmSpanResponse,
  DecideApplicationResponse,
  HospitalClearingServiceService,
  RecordHospitalPaymentResponse,
  RollBackConfirmationResponse,
  type HospitalApplication as WireApplication,
  type ApplicationLine as WireApplicationLine,
  type DetailLine as WireDetail,
  type TotalsLine as WireTotals,
  WithdrawApplicationResponse,
} from '@yijie/contracts/matching';
import { type Refusal, refuse } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import { type CallContext, type Clock, type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import {
  type ApplicationCall,
  type Applied,
  applyForMonth,
  withdrawApplication,
} from '../../application/hospital/apply-for-month.ts';
import { type ConfirmCall, confirmRows, confirmSpan } from '../../application/hospital/confirm-rows.ts';
import {
  type ApplicationVerdict,
  decideApplication,
  recordHospitalPayment,
} from '../../application/hospital/decide-application.ts';
import { rollBackConfirmation } from '../../application/hospital/roll-back-confirmation.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import {
  APPLICATION_STATES,
  type Application,
  type ApplicationLine,
  appliedFen,
  payableFen,
} from '../../core/hospital-application.ts';
import { listApplications, newestApplication } from '../../repositories/hospital/hospital-applications.ts';
import {
  type HospitalRow,
  hospitalDetail,
  hospitalRows,
  hospitalTotals,
} from '../../repositories/hospital/hospital-rows.ts';
import { scheme, visitKind } from '../../wire/words.ts';
import { actorOf, filterOf, institutionOf, keyOwner } from './acting.ts';
import {
  amount,
  anyAmount,
  FormError,
  page,
  readForm,
  requiredPeriod,
  requiredText,
  requiredWord,
  settlementId,
  span,
  spanOfPeriod,
} from './form.ts';

export interface HospitalServiceParts {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: { readonly maxLateMonths: number };
}

/** National 3261: at most 100 rows a message. */
const CONFIRM_ROWS_MAX = 100;
const SPAN_DAYS_MAX = 31;
const DETAIL_ROWS_MAX = 10_000;

type Call = CallContext<Authorized>;

export function hospitalService({ database, clock, rules }: HospitalServiceParts): UnaryService<Authorized> {
  /** Does the work once per key of the caller; a repeat gets the first answer's bytes. */
  function once(
    { identity, rpc, requestBytes }: Call,
    idempotencyKey: string,
    work: (tx: Queryable, nowMs: number) => Promise<Uint8Array | Refusal>,
  ) {
    const nowMs = clock.now();
    const keyed = { caller: keyOwner(identity), call: rpc, idempotencyKey, body: requestBytes, nowMs };
    return oncePerKey(database, keyed, (tx) => work(tx, nowMs));
  }

  function confirmCall({ identity }: Call, messageId: string, nowMs: number): ConfirmCall {
    return { institutionCode: institutionOf(identity), messageId, by: actorOf(identity), nowMs };
  }

  function applicationCall(
    { identity }: Call,
    institutionCode: string,
    yyyymm: number,
  ): Omit<ApplicationCall, 'nowMs'> {
    const period = requiredPeriod('period', yyyymm);
    return { institutionCode, period, filter: filterOf(identity), by: actorOf(identity) };
  }

  return unaryService(HospitalClearingServiceService, {
    async checkTotals(request, { identity }) {
      const read = readForm(() => ({
        span: span(request.fromDate, request.untilDate, SPAN_DAYS_MAX),
        stated: request.lines.map(readTotals),
      }));
      if (!read.ok) return read;
      const counted = await hospitalTotals(database, institutionOf(identity), read.form.span);
      const differences = compareTotals(read.form.stated, counted);
      return {
        agrees: differences.length === 0,
        differences: differences.map(({ hospital, centre }) => ({
          hospital: wireTotals(hospital),
          centre: wireTotals(centre),
        })),
      };
    },

    async checkDetail(request, { identity }) {
      const read = readForm(() => ({
        span: span(request.fromDate, request.untilDate, SPAN_DAYS_MAX),
        stated: rowsAtMost(request.lines, DETAIL_ROWS_MAX).map(readDetail),
      }));
      if (!read.ok) return read;
      const counted = await hospitalDetail(database, institutionOf(identity), read.form.span);
      return {
        differences: compareDetail(read.form.stated, counted).map(({ hospital, centre, ...difference }) => ({
          ...difference,
          hospital: hospital && wireDetail(hospital),
          centre: centre && wireDetail(centre),
        })),
      };
    },

    async listHospitalRows(request, { identity }) {
      const read = readForm(() => ({
        span: spanOfPeriod(requiredPeriod('settled_period', request.settledPeriod)),
        page: page(request.pageSize, request.pageToken, /^[0-9a-f]{32}$/),
      }));
      if (!read.ok) return read;
      const { size, shown, after } = read.form.page;
      const rows = await hospitalRows(database, institutionOf(identity), read.form.span, { after, size });
      const seen = rows.slice(0, shown);
      return {
        rows: seen.map(wireHospitalRow),
        nextPageToken: rows.length > shown ? (seen.at(-1)?.settlementId ?? '') : '',
      };
    },

    async confirmRows(request, call) {
      const read = readForm(() => rowsAtMost(request.settlementIds, CONFIRM_ROWS_MAX).map(settlementId));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) => {
        const confirm = confirmCall(call, request.idempotencyKey, nowMs);
        const confirmed = await confirmRows(tx, read.form, confirm, rules);
        return confirmed.ok ? ConfirmRowsResponse.encode(confirmed).finish() : confirmed;
      });
      return done.ok ? ConfirmRowsResponse.decode(done.answer) : done;
    },

    async confirmSpan(request, call) {
      const read = readForm(() => ({
        span: span(request.fromDate, request.untilDate, SPAN_DAYS_MAX),
        stated: request.lines.map(readTotals),
      }));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) => {
        const confirm = confirmCall(call, request.idempotencyKey, nowMs);
        const confirmed = await confirmSpan(tx, read.form.span, read.form.stated, confirm, rules);
        return confirmed.ok ? ConfirmSpanResponse.encode(confirmed).finish() : confirmed;
      });
      return done.ok ? ConfirmSpanResponse.decode(done.answer) : done;
    },

    async rollBackConfirmation(request, call) {
      const read = readForm(() => requiredText('message_id', request.messageId, 64));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) => {
        const rolled = await rollBackConfirmation(tx, confirmCall(call, read.form, nowMs), rules);
        return rolled.ok ? RollBackConfirmationResponse.encode(rolled).finish() : rolled;
      });
      return done.ok ? RollBackConfirmationResponse.decode(done.answer) : done;
    },

    async applyForMonth(request, call) {
      const read = readForm(() => ({
        call: applicationCall(call, institutionOf(call.identity), request.period),
        lines: request.lines.map(readLine),
      }));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) =>
        answered(
          await applyForMonth(tx, read.form.lines, { ...read.form.call, nowMs }),
          ApplyForMonthResponse,
        ),
      );
      return done.ok ? ApplyForMonthResponse.decode(done.answer) : done;
    },

    async withdrawApplication(request, call) {
      const read = readForm(() => applicationCall(call, institutionOf(call.identity), request.period));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) =>
        answered(await withdrawApplication(tx, { ...read.form, nowMs }), WithdrawApplicationResponse),
      );
      return done.ok ? WithdrawApplicationResponse.decode(done.answer) : done;
    },

    async getApplication(request, { identity }) {
      const read = readForm(() => requiredPeriod('period', request.period));
      if (!read.ok) return read;
      const institutionCode =
        identity.caller.kind === 'institution' ? identity.caller.institutionCode : request.institutionCode;
      const options = { filter: filterOf(identity), hold: false };
      const found = await newestApplication(database, institutionCode, read.form, options);
      if (found === undefined) return refuse('HAP-NONE', { period: `${read.form}` });
      return { application: wireApplication(found) };
    },

    async listApplications(request, { identity }) {
      const read = readForm(() => ({
        period: requiredPeriod('period', request.period),
        state:
          request.state === ''
            ? undefined
            : requiredWord(
                'state',
                APPLICATION_STATES.find((state) => state === request.state),
              ),
        page: page(request.pageSize, request.pageToken, /^[A-Za-z0-9]{4,32}$/),
      }));
      if (!read.ok) return read;
      const { page: asked, ...query } = read.form;
      const found = await listApplications(database, {
        ...query,
        filter: filterOf(identity),
        after: asked.after,
        size: asked.size,
      });
      const shown = found.slice(0, asked.shown);
      return {
        applications: shown.map(wireApplication),
        nextPageToken: found.length > shown.length ? (shown.at(-1)?.institutionCode ?? '') : '',
      };
    },

    async decideApplication(request, call) {
      const read = readForm(() => ({
        call: applicationCall(call, request.institutionCode, request.period),
        verdict: request.confirm
          ? ({ confirm: true, withheldFen: amount('withheld_fen', request.withheldFen) } as const)
          : ({ confirm: false, reason: requiredText('reason', request.reason) } as const),
      }));
      if (!read.ok) return read;
      const verdict: ApplicationVerdict = read.form.verdict;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) =>
        answered(
          await decideApplication(tx, verdict, { ...read.form.call, nowMs }),
          DecideApplicationResponse,
        ),
      );
      return done.ok ? DecideApplicationResponse.decode(done.answer) : done;
    },

    async recordHospitalPayment(request, call) {
      const read = readForm(() => ({
        call: applicationCall(call, request.institutionCode, request.period),
        payment: {
          bankSerial: requiredText('bank_serial', request.bankSerial, 64),
          amountFen: anyAmount('amount_fen', request.amountFen),
        },
      }));
      if (!read.ok) return read;
      const done = await once(call, request.idempotencyKey, async (tx, nowMs) =>
        answered(
          await recordHospitalPayment(tx, read.form.payment, { ...read.form.call, nowMs }),
          RecordHospitalPaymentResponse,
        ),
      );
      return done.ok ? RecordHospitalPaymentResponse.decode(done.answer) : done;
    },
  });
}

/** Every answer about an application has it in field 1. */
function answered(
  applied: Applied,
  Message: { encode(message: { application: WireApplication | undefined }): { finish(): Uint8Array } },
): Uint8Array | Refusal {
  if (!applied.ok) return applied;
  return Message.encode({ application: wireApplication(applied.application) }).finish();
}

function rowsAtMost<Row>(rows: readonly Row[], max: number): readonly Row[] {
  if (rows.length > max) throw new FormError(refuse('FRM-VALUE', { field: 'rows', allowed: `0–${max}` }));
  return rows;
}

function readTotals(wire: WireTotals): Totals {
  return {
    scheme: requiredWord('scheme', scheme.word(wire.scheme)),
    visitKind: requiredWord('visit_kind', visitKind.word(wire.visitKind)),
    isRefunds: wire.refunds,
    times: wire.times,
    medicalFen: anyAmount('medical_fen', wire.medicalFen),
    fundFen: anyAmount('fund_fen', wire.fundFen),
    accountFen: anyAmount('account_fen', wire.accountFen),
  };
}

function wireTotals({ isRefunds, ...totals }: Totals): WireTotals {
  return {
    ...totals,
    scheme: scheme.wire(totals.scheme),
    visitKind: visitKind.wire(totals.visitKind),
    refunds: isRefunds,
  };
}

function readDetail(wire: WireDetail): DetailRow {
  return {
    settlementId: settlementId(wire.settlementId),
    isRefund: wire.refund,
    medicalFen: anyAmount('medical_fen', wire.medicalFen),
    fundFen: anyAmount('fund_fen', wire.fundFen),
    accountFen: anyAmount('account_fen', wire.accountFen),
  };
}

function wireDetail({ isRefund, ...row }: DetailRow): WireDetail {
  return { ...row, refund: isRefund };
}

function wireHospitalRow({ messageId, ...row }: HospitalRow) {
  return {
    ...row,
    originalId: row.originalId ?? '',
    scheme: scheme.wire(row.scheme),
    visitKind: visitKind.wire(row.visitKind),
    confirmedByMessage: messageId,
    reasons: [...row.reasons],
  };
}

function readLine(wire: WireApplicationLine): ApplicationLine {
  return {
    scheme: requiredWord('scheme', scheme.word(wire.scheme)),
    visitKind: requiredWord('visit_kind', visitKind.word(wire.visitKind)),
    times: wire.times,
    medicalFen: anyAmount('medical_fen', wire.medicalFen),
    fundFen: anyAmount('fund_fen', wire.fundFen),
    accountFen: anyAmount('account_fen', wire.accountFen),
    cashFen: anyAmount('cash_fen', wire.cashFen),
    hospitalPartFen: anyAmount('hospital_part_fen', wire.hospitalPartFen),
  };
}

function wireApplication(application: Application): WireApplication {
  return {
    institutionCode: application.institutionCode,
    period: application.period,
    revision: application.revision,
    state: application.state,
    reason: application.reason,
    lines: application.lines.map((line) => ({
      ...line,
      scheme: scheme.wire(line.scheme),
      visitKind: visitKind.wire(line.visitKind),
    })),
    appliedFen: appliedFen(application.lines),
    deductFen: application.deductFen,
    withheldFen: application.withheldFen,
    payableFen: payableFen(application),
    appliedAtMs: application.appliedAtMs,
    decidedAtMs: application.decidedAtMs ?? 0,
    paidAtMs: application.paidAtMs ?? 0,
    bankSerial: application.bankSerial ?? '',
  };
}
