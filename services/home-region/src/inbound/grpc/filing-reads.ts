import { localDateAt, localDateToNumber } from '@yijie/calendar';
import {
  type CheckEligibilityRequest,
  type CheckEligibilityResponse,
  FilingDocument,
  type GetFilingRequest,
  type GetFilingResponse,
  type ListFilingsRequest,
  type ListFilingsResponse,
  type ListReviewQueueRequest,
  type ListReviewQueueResponse,
  type PrintFilingRequest,
  type PrintFilingResponse,
} from '@yijie/contracts/home';
import { type Refusal, refuse } from '@yijie/errors';
import { isOkCode } from '@yijie/filing';
import { type CallContext, failureOf, idFromText } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { readParticulars } from '../../application/filing/filing-particulars.ts';
import { printFiling } from '../../application/filing/print-filing.ts';
import { checkEligibility } from '../../application/settling/check-eligibility.ts';
import { reviewQueue } from '../../repositories/filing/filing-agenda.ts';
import {
  filingHistory,
  filingsOfPerson,
  newestFilings,
  visibleFiling,
} from '../../repositories/filing/filing-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { ratioClass, route, visitKind } from '../../wire/words.ts';
import { callerPool } from './caller-pool.ts';
import type { FilingServiceParts } from './change-filing.ts';
import { wireFiling, wireTransition } from './filing-wire.ts';
import { optionalDate, plainText, pool, readForm, requiredWord } from './form.ts';

type Call = CallContext<Authorized>;

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

/** The calls that change nothing. Another pool's filings and people look like none at all. */
export function filingReads({ database, clock, registry, rules }: FilingServiceParts) {
  return {
    async listFilings(
      { personToken }: ListFilingsRequest,
      { identity }: Call,
    ): Promise<ListFilingsResponse | Refusal> {
      const member = await findMember(database, personToken, callerPool(identity));
      if (member === undefined) return refuse('ENR-NOTFOUND');
      const filings = await filingsOfPerson(database, personToken);
      return { filings: filings.map(({ record }) => wireFiling(record, personToken)) };
    },

    async getFiling(
      { filingId }: GetFilingRequest,
      { identity }: Call,
    ): Promise<GetFilingResponse | Refusal> {
      const found =
        idFromText(filingId) && (await visibleFiling(database, filingId, { pool: callerPool(identity) }));
      if (!found) return refuse('FIL-NOTFOUND', { filingId });
      const [history, particulars] = await Promise.all([
        filingHistory(database, filingId),
        readParticulars(registry.cipher, database, filingId),
      ]);
      return {
        filing: wireFiling(found.record, found.personToken),
        history: history.map(wireTransition),
        materials: particulars.materials.map((material) => ({ ...material })),
        referralInstitution: particulars.referralInstitution ?? '',
        referralDocument: particulars.referralDocument ?? '',
      };
    },

    async listReviewQueue(
      { pageSize, pageToken }: ListReviewQueueRequest,
      { identity }: Call,
    ): Promise<ListReviewQueueResponse | Refusal> {
      const after = readPageToken(pageToken);
      if (after === null || pageSize < 0 || pageSize > PAGE_MAX) return refuse('FRM-PAGE');
      const limit = pageSize === 0 ? PAGE_DEFAULT : pageSize;
      const places = await reviewQueue(database, callerPool(identity), after, limit + 1);
      const page = places.slice(0, limit);
      const filings = await newestFilings(
        database,
        page.map(({ filingId }) => filingId),
      );
      const last = page[page.length - 1];
      return {
        filings: filings.map(({ record, personToken }) => wireFiling(record, personToken)),
        nextPageToken:
          places.length > limit && last !== undefined ? `${last.waitingSinceMs}.${last.filingId}` : '',
      };
    },

    async printFiling(
      request: PrintFilingRequest,
      { identity }: Call,
    ): Promise<PrintFilingResponse | Refusal> {
      const { filingId, document, language } = request;
      const read = readForm(() => ({
        document: requiredWord('document', DOCUMENTS[document]),
        language: requiredWord(
          'language',
          (['zh', 'en'] as const).find((one) => one === (language || 'zh')),
        ),
      }));
      if (!read.ok) return read;
      const found =
        idFromText(filingId) && (await visibleFiling(database, filingId, { pool: callerPool(identity) }));
      if (!found) return refuse('FIL-NOTFOUND', { filingId });
      const printed = await printFiling(registry, database, found, read.form.document, read.form.language);
      return printed.ok ? { text: printed.text } : printed;
    },

    async checkEligibility(
      request: CheckEligibilityRequest,
      { identity }: Call,
    ): Promise<CheckEligibilityResponse | Refusal> {
      const read = readForm(() => ({
        treatmentPool: pool('treatment_pool', request.treatmentPool),
        visitKind: requiredWord('visit_kind', visitKind.word(request.visitKind)),
        admissionDate: optionalDate('admission_date', request.admissionDate),
        institutionCode: plainText('institution_code', request.institutionCode, 32) || undefined,
        chronicDiseaseCode: plainText('chronic_disease_code', request.chronicDiseaseCode, 32) || undefined,
      }));
      if (!read.ok) return read;
      const nowMs = clock.now();
      const question = {
        ...read.form,
        admissionDate: read.form.admissionDate ?? localDateAt(nowMs),
        personToken: request.personToken,
        pool: callerPool(identity),
      };
      if (localDateToNumber(question.admissionDate) > localDateToNumber(localDateAt(nowMs)))
        return refuse('FRM-DATE', { field: 'admission_date', value: `${request.admissionDate}` });
      const decision = await checkEligibility(database, rules, question, nowMs);
      if (decision === undefined) return refuse('ENR-NOTFOUND');
      return {
        route: route.wire(decision.route),
        ratioClass: decision.ratioClass === undefined ? 0 : ratioClass.wire(decision.ratioClass),
        code: decision.code,
        filingId: decision.filingId ?? '',
        row: decision.row,
        failure: isOkCode(decision.code) ? undefined : failureOf(refuse(decision.code, decision.values)),
      };
    },
  };
}

const DOCUMENTS: Readonly<Record<number, 'form' | 'commitment' | undefined>> = {
  [FilingDocument.FORM]: 'form',
  [FilingDocument.COMMITMENT]: 'commitment',
};

/** Undefined for the first page, null for one that we never wrote. */
function readPageToken(token: string): { waitingSinceMs: number; filingId: string } | undefined | null {
  if (token === '') return undefined;
  const [waitingSince = '', filingId = ''] = token.split('.');
  if (!/^\d{1,15}$/.test(waitingSince) || idFromText(filingId) === undefined) return null;
  return { waitingSinceMs: Number(waitingSince), filingId };
}
