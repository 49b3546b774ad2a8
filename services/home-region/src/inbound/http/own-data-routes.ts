import { addDays, type Instant, localDateAt } from '@yijie/calendar';
import { VISIT_KINDS } from '@yijie/codes';
import { refuse } from '@yijie/errors';
import { isOpenedChronicDisease } from '@yijie/filing';
import { SHARE_NAMES } from '@yijie/money';
import type { Database } from '@yijie/postgres';
import { idFromText, idToText } from '@yijie/runtime';
import type { ColumnCipher } from '@yijie/security';
import { z } from 'zod';
import { listPersonSettlements } from '../../application/queries/list-person-settlements.ts';
import { type PublicNames, printChronicNotice } from '../../application/queries/print-chronic-notice.ts';
import { chosenOn, qualificationsOn } from '../../core/settling/benefits.ts';
import { hospitalChoicesOfPerson, qualificationsOfPerson } from '../../repositories/members/benefit-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { type PersonSettlement, visibleSettlement } from '../../repositories/queries/person-settlements.ts';
import { readSettled } from '../../wire/write-answer.ts';
import { instantText } from './filing-json.ts';
import { daySchema, type Route, regionSchema, route } from './route.ts';

export interface OwnDataParts {
  readonly database: Database;
  readonly cipher: ColumnCipher;
  readonly names: PublicNames;
}

const PAGE_MAX = 100;
const amount = z.int().meta({ description: 'fen (分); negative on a refund' });

const settlementSchema = z
  .object({
    settlementId: z.string(),
    refundedId: z.string().nullable().meta({ description: 'of a refund: what it undoes' }),
    refundId: z.string().nullable().meta({ description: 'of a settlement that was refunded' }),
    settledAt: z.string().meta({ format: 'date-time' }),
    visitKind: z.enum(VISIT_KINDS),
    treatmentPool: regionSchema,
    treatmentPoolName: z.string(),
    institutionCode: z.string(),
    institutionName: z.string(),
    benefitYear: z.string(),
    totalFen: amount,
    fundFen: amount,
    accountFen: amount,
    cashFen: amount,
    correctedFen: amount.meta({ description: 'net differences that corrections of it have brought' }),
  })
  .meta({ id: 'Settlement' });
const settlementsSchema = z
  .object({ settlements: z.array(settlementSchema), nextPageToken: z.string().nullable() })
  .meta({ id: 'Settlements' });
const settlementDetailSchema = z
  .object({
    settlement: settlementSchema,
    shares: z.object(Object.fromEntries(SHARE_NAMES.map((name) => [name, amount]))),
    layers: z.array(z.object({ layer: z.string(), baseFen: amount, paidFen: amount, carriedFen: amount })),
    deductiblePaidFen: amount,
    policyVersion: z.string(),
  })
  .meta({ id: 'SettlementDetail' });
const qualificationsSchema = z
  .object({
    qualifications: z.array(
      z.object({
        diseaseCode: z.string(),
        diseaseName: z.string(),
        validFrom: daySchema,
        lastDay: daySchema.nullable().meta({ description: 'included; null when open-ended' }),
        institutionCodes: z.array(z.string()).meta({ description: 'empty: wherever the disease is opened' }),
        settlesAcrossProvinces: z.boolean(),
      }),
    ),
    chosenHospitals: z.array(z.string()).meta({ description: 'outpatient hospitals chosen for today' }),
  })
  .meta({ id: 'Benefits' });

/** What the home region holds of a person and the person may see: settlements, qualifications, the chronic notice. */
export const ownDataRoutes: readonly Route<OwnDataParts>[] = [
  route<OwnDataParts>({
    method: 'GET',
    path: '/v1/settlements',
    operationId: 'listSettlements',
    summary: 'Own settlements and refunds, newest first',
    caller: 'person',
    keyed: false,
    query: { pageSize: `1 to ${PAGE_MAX}, 20 when left out`, pageToken: 'of the page before' },
    answer: settlementsSchema,
    status: 200,
    async handle({ database, names }, { personToken, query }) {
      const pageSize = Number(query.pageSize ?? 20);
      if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_MAX) return refuse('FRM-PAGE');
      const asked = { pageSize, pageToken: query.pageToken ?? '' };
      const page = await listPersonSettlements(database, personToken, undefined, asked);
      if (!page.ok) return page;
      return {
        ok: true,
        answer: {
          settlements: page.settlements.map((one) => settlementJson(one, names)),
          nextPageToken: page.nextPageToken === '' ? null : page.nextPageToken,
        },
      };
    },
  }),
  route<OwnDataParts>({
    method: 'GET',
    path: '/v1/settlements/{settlementId}',
    operationId: 'getSettlement',
    summary: 'One settlement by share and by layer of the calculation',
    caller: 'person',
    keyed: false,
    answer: settlementDetailSchema,
    status: 200,
    async handle({ database, names }, { params, personToken }) {
      const id = idFromText(params.settlementId ?? '');
      const found = id && (await visibleSettlement(database, id, { personToken }));
      const settled = found && readSettled(found.reply);
      if (!found || !settled) return refuse('STL-NOTFOUND');
      return {
        ok: true,
        answer: {
          settlement: settlementJson(found, names),
          shares: settled.shares,
          layers: settled.layers.map(({ layer, baseFen, paidFen, carriedFen }) => ({
            layer,
            baseFen,
            paidFen,
            carriedFen,
          })),
          deductiblePaidFen: settled.deductiblePaidFen,
          policyVersion: found.policyVersion,
        },
      };
    },
  }),
  route<OwnDataParts>({
    method: 'GET',
    path: '/v1/benefits',
    operationId: 'getBenefits',
    summary: 'Own chronic-disease qualifications and chosen hospitals, as of today',
    caller: 'person',
    keyed: false,
    answer: qualificationsSchema,
    status: 200,
    async handle({ database, names }, { personToken, nowMs }) {
      const stored = await findMember(database, personToken, undefined);
      if (stored === undefined) return refuse('ENR-NOTFOUND');
      const today = localDateAt(nowMs);
      const benefits = {
        qualifications: (await qualificationsOfPerson(database, personToken)).filter(
          ({ scheme }) => scheme === stored.member.scheme,
        ),
        choices: await hospitalChoicesOfPerson(database, personToken),
      };
      return {
        ok: true,
        answer: {
          qualifications: qualificationsOn(benefits, today).map((one) => ({
            diseaseCode: one.diseaseCode,
            diseaseName: names.diseaseName(one.diseaseCode),
            validFrom: one.from,
            lastDay: one.until === undefined ? null : addDays(one.until, -1),
            institutionCodes: one.institutionCodes,
            settlesAcrossProvinces: isOpenedChronicDisease(one.diseaseCode, today),
          })),
          chosenHospitals: chosenOn(benefits, today),
        },
      };
    },
  }),
  route<OwnDataParts>({
    method: 'GET',
    path: '/v1/chronic-notice',
    operationId: 'printChronicNotice',
    summary: 'The cross-province chronic-disease notice (门诊慢特病跨省联网告知书) to print',
    caller: 'person',
    keyed: false,
    query: { language: 'zh or en, zh when left out' },
    answer: 'text',
    status: 200,
    async handle(parts, { personToken, query, nowMs }) {
      const language = (['zh', 'en'] as const).find((one) => one === (query.language ?? 'zh'));
      if (language === undefined) return refuse('FRM-VALUE', { field: 'language' });
      const stored = await findMember(parts.database, personToken, undefined);
      if (stored === undefined) return refuse('ENR-NOTFOUND');
      return { ok: true, answer: await printChronicNotice(parts, stored, language, nowMs) };
    },
  }),
];

function settlementJson(found: PersonSettlement, names: PublicNames): z.output<typeof settlementSchema> {
  return {
    settlementId: idToText(found.settlementId),
    refundedId: found.originalId && idToText(found.originalId),
    refundId: found.refundId && idToText(found.refundId),
    settledAt: instantText(found.settledAtMs as Instant),
    visitKind: found.visitKind,
    treatmentPool: found.treatmentPool,
    treatmentPoolName: names.regionName(found.treatmentPool),
    institutionCode: found.institutionCode,
    institutionName: names.institutionName(found.institutionCode),
    benefitYear: found.benefitYear,
    totalFen: found.totalFen,
    fundFen: found.fundFen,
    accountFen: found.accountFen,
    cashFen: found.cashFen,
    correctedFen: found.correctedFen,
  };
}
