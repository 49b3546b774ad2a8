import { localDateAt, localDateToNumber } from '@yijie/calendar';
import {
  BenefitRegistryServiceService,
  type ChooseHospitalsRequest,
  ChooseHospitalsResponse,
  type PutQualificationRequest,
  PutQualificationResponse,
  type HospitalChoice as WireChoice,
  type Qualification as WireQualification,
} from '@yijie/contracts/benefit';
import { refuse } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import { type Clock, type Ids, idFromText, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, auditActor, callerName, withSecondPerson } from '@yijie/security';
import { type ChooseHospitals, chooseHospitals } from '../../application/members/choose-hospitals.ts';
import {
  type BenefitActor,
  type PutQualification,
  putQualification,
} from '../../application/members/put-qualification.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import type { RecordedQualification } from '../../core/settling/benefit-rules.ts';
import type { HospitalChoice } from '../../core/settling/benefits.ts';
import type { ServicesBook } from '../../core/settling/home-services.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { hospitalChoicesOfPerson, qualificationsOfPerson } from '../../repositories/members/benefit-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { scheme } from '../../wire/words.ts';
import { callerPool, keyOwner } from './caller-pool.ts';
import { FormError, optionalDate, readForm, requiredDate, requiredText } from './form.ts';
import { refusedOutcome, settledOutcome } from './outcomes.ts';

export interface BenefitServiceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly services: ServicesBook;
}

/** The agency's registry of chronic-disease qualifications and chosen outpatient hospitals. */
export function benefitService({
  database,
  clock,
  ids,
  services,
}: BenefitServiceParts): UnaryService<Authorized> {
  return unaryService(BenefitRegistryServiceService, {
    async putQualification(request, call) {
      const read = readForm(() => readQualification(request));
      if (!read.ok) return read;
      const { identity, rpc } = call;
      const nowMs = clock.now();
      const { idempotencyKey } = request;
      const once = await oncePerKey(
        database,
        keyed('PutQualification', call, idempotencyKey, nowMs),
        async (tx) => {
          const result = await putQualification(ids, tx, read.form, actorOf(rpc, identity), nowMs);
          if (!result.ok && !result.keepsKey) return result;
          if (!result.ok)
            return PutQualificationResponse.encode({
              outcome: refusedOutcome(result, idempotencyKey),
              qualification: undefined,
            }).finish();
          const { qualification } = result;
          await audit(
            tx,
            identity,
            'qualification.put',
            `qualification:${qualification.qualificationId}`,
            nowMs,
          );
          return PutQualificationResponse.encode({
            outcome: settledOutcome(idempotencyKey),
            qualification: qualificationToWire({ ...qualification, atMs: nowMs }),
          }).finish();
        },
      );
      return once.ok ? PutQualificationResponse.decode(once.answer) : once;
    },

    async listQualifications({ personToken }, call) {
      const member = await findMember(database, personToken, callerPool(call.identity));
      if (member === undefined) return refuse('ENR-NOTFOUND');
      return {
        qualifications: (await qualificationsOfPerson(database, personToken)).map(qualificationToWire),
      };
    },

    async chooseHospitals(request, call) {
      const read = readForm(() => readChoice(request));
      if (!read.ok) return read;
      const { identity, rpc } = call;
      const nowMs = clock.now();
      const { idempotencyKey } = request;
      const once = await oncePerKey(
        database,
        keyed('ChooseHospitals', call, idempotencyKey, nowMs),
        async (tx) => {
          const result = await chooseHospitals(services, tx, read.form, actorOf(rpc, identity), nowMs);
          if (!result.ok && !result.keepsKey) return result;
          if (!result.ok)
            return ChooseHospitalsResponse.encode({
              outcome: refusedOutcome(result, idempotencyKey),
              choice: undefined,
            }).finish();
          await audit(tx, identity, 'hospitals.choose', `member:${request.personToken}`, nowMs);
          return ChooseHospitalsResponse.encode({
            outcome: settledOutcome(idempotencyKey),
            choice: choiceToWire({ ...result.choice, atMs: nowMs }),
          }).finish();
        },
      );
      return once.ok ? ChooseHospitalsResponse.decode(once.answer) : once;
    },

    async listChosenHospitals({ personToken }, call) {
      const found = await findMember(database, personToken, callerPool(call.identity));
      if (found === undefined) return refuse('ENR-NOTFOUND');
      const today = services(found.member.homePool, localDateAt(clock.now()));
      return {
        choices: (await hospitalChoicesOfPerson(database, personToken)).map(choiceToWire),
        atMost: today.outpatientHospitals?.atMost ?? 0,
      };
    },
  });
}

function keyed(
  call: string,
  { identity, requestBytes }: { readonly identity: Authorized; readonly requestBytes: Uint8Array },
  idempotencyKey: string,
  nowMs: number,
) {
  return { pool: keyOwner(identity), call, idempotencyKey, body: requestBytes, nowMs };
}

function actorOf(rpc: string, identity: Authorized): BenefitActor {
  const second = withSecondPerson(rpc, identity.caller, identity.scope);
  return {
    name: callerName(identity.caller),
    pool: callerPool(identity),
    second: second.ok ? { ok: true } : second,
  };
}

function audit(
  tx: Queryable,
  { caller }: Authorized,
  action: string,
  object: string,
  atMs: number,
): Promise<void> {
  return appendAudit(tx, [{ ...auditActor(caller), atMs, action, object }]);
}

const DISEASE_CODE = /^M\d{5}$/;
const INSTITUTION_CODE = /^[A-Za-z0-9]{4,32}$/;
const HOSPITALS_MAX = 10;
const REASON_LENGTH_MAX = 100;
/** 18 characters of GB 11643. */
const IDENTITY_NUMBER = /(?<!\d)\d{17}[\dXx](?!\d)/;

function readQualification({
  personToken,
  qualification,
  reason,
}: PutQualificationRequest): PutQualification {
  if (qualification === undefined) throw new FormError(refuse('FRM-REQUIRED', { field: 'qualification' }));
  const { qualificationId, diseaseCode } = qualification;
  if (qualificationId !== '' && idFromText(qualificationId) === undefined)
    throw new FormError(refuse('CHR-NOTFOUND', { qualificationId }));
  if (!DISEASE_CODE.test(diseaseCode))
    throw new FormError(refuse('FRM-VALUE', { field: 'disease_code', value: diseaseCode.slice(0, 20) }));
  const from = requiredDate('valid_from', qualification.validFrom);
  const until = optionalDate('valid_until', qualification.validUntil);
  if (until !== undefined && until <= from)
    throw new FormError(refuse('FRM-DATE', { field: 'valid_until', value: `${qualification.validUntil}` }));
  return {
    personToken: requiredText('person_token', personToken),
    qualificationId,
    form: { diseaseCode, from, until, institutionCodes: readHospitals(qualification.institutionCodes) },
    reason: readReason(reason),
  };
}

function readChoice({
  personToken,
  validFrom,
  institutionCodes,
  reason,
}: ChooseHospitalsRequest): ChooseHospitals {
  return {
    personToken: requiredText('person_token', personToken),
    from: optionalDate('valid_from', validFrom),
    institutionCodes: readHospitals(institutionCodes),
    reason: readReason(reason),
  };
}

/** Each hospital once, by its national code. */
function readHospitals(codes: readonly string[]): readonly string[] {
  if (codes.length > HOSPITALS_MAX)
    throw new FormError(refuse('FRM-SIZE', { field: 'institution_codes', max: `${HOSPITALS_MAX}` }));
  const wrong = codes.find((code, index) => !INSTITUTION_CODE.test(code) || codes.indexOf(code) !== index);
  if (wrong !== undefined)
    throw new FormError(refuse('FRM-VALUE', { field: 'institution_codes', value: wrong.slice(0, 32) }));
  return codes;
}

function readReason(reason: string): string {
  if (IDENTITY_NUMBER.test(reason)) throw new FormError(refuse('FRM-IDENTITY', { field: 'reason' }));
  return reason === '' ? '' : requiredText('reason', reason, REASON_LENGTH_MAX);
}

function qualificationToWire(one: RecordedQualification & { readonly atMs: number }): WireQualification {
  return {
    qualificationId: one.qualificationId,
    version: one.version,
    diseaseCode: one.diseaseCode,
    validFrom: localDateToNumber(one.from),
    validUntil: one.until === undefined ? 0 : localDateToNumber(one.until),
    institutionCodes: [...one.institutionCodes],
    scheme: scheme.wire(one.scheme),
    recordedAtMs: one.atMs,
  };
}

function choiceToWire(one: HospitalChoice & { readonly atMs: number }): WireChoice {
  return {
    ordinal: one.ordinal,
    validFrom: localDateToNumber(one.from),
    institutionCodes: [...one.institutionCodes],
    recordedAtMs: one.atMs,
  };
}
