import { addDays, type LocalDate } from '@yijie/calendar';
import { FILING_TYPES } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import { idFromText } from '@yijie/runtime';
import type { AuditActor } from '@yijie/security';
import { z } from 'zod';
import { actOnFiling, type FilingAct } from '../../application/filing/act-on-filing.ts';
import { auditFilings } from '../../application/filing/audit-filings.ts';
import { readParticulars } from '../../application/filing/filing-particulars.ts';
import type { FilingActor, Registry } from '../../application/filing/filing-registry.ts';
import { type FilingDocumentKind, printFiling } from '../../application/filing/print-filing.ts';
import { refileFiling } from '../../application/filing/refile-filing.ts';
import { type FilingResult, submitFiling } from '../../application/filing/submit-filing.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import { filingHistory, filingsOfPerson, visibleFiling } from '../../repositories/filing/filing-rows.ts';
import {
  contactSchema,
  filingJson,
  filingSchema,
  materialSchema,
  transitionJson,
  transitionSchema,
} from './filing-json.ts';
import {
  daySchema,
  type Route,
  type RouteAnswer,
  type RouteRequest,
  regionSchema,
  route,
  textSchema,
} from './route.ts';

export interface FilingRouteParts {
  readonly database: Database;
  readonly registry: Registry;
}

type Parts = FilingRouteParts;

const submitSchema = z
  .strictObject({
    type: z.enum(FILING_TYPES),
    targetRegion: regionSchema,
    validFrom: daySchema.optional().meta({ description: 'today when left out' }),
    lastDay: daySchema.optional().meta({ description: "included; the region's own term when left out" }),
    byCommitment: z.boolean().default(false).meta({ description: 'promise the proof instead of showing it' }),
    forReview: z.boolean().default(false).meta({ description: '快速备案 instead of 自助开通' }),
    materials: z.array(materialSchema).max(20).default([]),
    contact: contactSchema.optional(),
    referralInstitution: textSchema(32).optional(),
    referralDocument: textSchema().optional(),
  })
  .meta({ id: 'NewFiling' });

const changeSchema = z
  .strictObject({
    type: z.enum(FILING_TYPES).optional(),
    targetRegion: regionSchema.optional(),
    byCommitment: z.boolean().optional(),
    materials: z.array(materialSchema).max(20).default([]),
    contact: contactSchema.optional(),
  })
  .meta({ id: 'FilingChange' });

const materialsSchema = z
  .strictObject({ materials: z.array(materialSchema).min(1).max(20) })
  .meta({ id: 'Materials' });
const reasonSchema = z.strictObject({ reason: textSchema(40) }).meta({ id: 'Reason' });
const regionOnlySchema = z.strictObject({ targetRegion: regionSchema }).meta({ id: 'RightRegion' });
const nothingSchema = z.strictObject({}).meta({ id: 'Nothing' });

const changedSchema = z
  .object({ filing: filingSchema, newFiling: filingSchema.nullable() })
  .meta({ id: 'ChangedFiling' });
const listSchema = z
  .object({ filings: z.array(filingSchema), nextPageToken: z.string().nullable() })
  .meta({ id: 'Filings' });
const detailSchema = z
  .object({ filing: filingSchema, history: z.array(transitionSchema), materials: z.array(materialSchema) })
  .meta({ id: 'FilingDetail' });

const PAGE_MAX = 100;

/** A person's own filings: what they may do through a public channel. */
export const filingRoutes: readonly Route<Parts>[] = [
  route<Parts, typeof submitSchema>({
    method: 'POST',
    path: '/v1/filings',
    operationId: 'submitFiling',
    summary: 'File for treatment elsewhere (备案)',
    caller: 'person',
    keyed: true,
    body: submitSchema,
    answer: changedSchema,
    status: 201,
    handle: (parts, request) =>
      change(parts, request, 'filing.submit', (tx, actor) => {
        const { contact, referralInstitution, referralDocument, materials, lastDay, validFrom, ...form } =
          request.body;
        return submitFiling(
          parts.registry,
          tx,
          request.personToken,
          {
            ...form,
            from: validFrom as LocalDate | undefined,
            until: lastDay === undefined ? undefined : addDays(lastDay as LocalDate, 1),
            channel: request.caller.channel,
            particulars: { contact, referralInstitution, referralDocument, materials },
          },
          actor,
          request.nowMs,
        );
      }),
  }),
  route<Parts>({
    method: 'GET',
    path: '/v1/filings',
    operationId: 'listFilings',
    summary: 'Own filings over all channels, newest application first',
    caller: 'person',
    keyed: false,
    query: { pageSize: `1 to ${PAGE_MAX}, 20 when left out`, pageToken: 'of the page before' },
    answer: listSchema,
    status: 200,
    handle: listOwn,
  }),
  route<Parts>({
    method: 'GET',
    path: '/v1/filings/{filingId}',
    operationId: 'getFiling',
    summary: 'One filing with its history',
    caller: 'person',
    keyed: false,
    answer: detailSchema,
    status: 200,
    async handle({ database, registry }, { params, personToken }) {
      const found = await ownFiling(database, params.filingId, personToken);
      if ('code' in found) return found;
      const [history, particulars] = await Promise.all([
        filingHistory(database, found.record.filingId),
        readParticulars(registry.cipher, database, found.record.filingId),
      ]);
      return answered({
        filing: filingJson(found.record, registry.regions),
        history: history.map(transitionJson),
        materials: particulars.materials,
      });
    },
  }),
  act('withdraw', 'Take an application back before it takes effect', nothingSchema, () => ({
    kind: 'withdraw',
  })),
  act('cancel', 'End a filing; the day of the cancellation is its last', reasonSchema, ({ reason }) => ({
    kind: 'cancel',
    reasonCode: reason,
  })),
  act('change', 'Change region or type (变更)', changeSchema, (body) => ({ kind: 'change', ...body })),
  act('renew', 'Renew a temporary filing (续期)', nothingSchema, () => ({ kind: 'renew' })),
  act('proof', 'Supply the proof that a commitment promised', materialsSchema, ({ materials }) => ({
    kind: 'proof-supplied',
    materials,
  })),
  act('material', 'Supply what the review asked for (补正)', materialsSchema, ({ materials }) => ({
    kind: 'supply',
    materials,
  })),
  route<Parts, typeof regionOnlySchema>({
    method: 'POST',
    path: '/v1/filings/{filingId}/refile',
    operationId: 'refileFiling',
    summary: 'A region chosen wrongly: cancel the filing and file for the right one, both or neither',
    caller: 'person',
    keyed: true,
    body: regionOnlySchema,
    answer: changedSchema,
    status: 200,
    handle: (parts, request) =>
      changeNamed(parts, request, 'filing.refile', (tx, filingId, actor) =>
        refileFiling(parts.registry, tx, filingId, request.body.targetRegion, actor, request.nowMs),
      ),
  }),
  paper('form', 'The filing form (备案登记表) to print'),
  paper('commitment', 'The commitment letter (个人承诺书) to print and sign'),
];

function act<Body extends z.ZodType>(
  name: string,
  summary: string,
  body: Body,
  read: (body: z.output<Body>) => FilingAct,
): Route<Parts> {
  return route<Parts, Body>({
    method: 'POST',
    path: `/v1/filings/{filingId}/${name}`,
    operationId: `${name}Filing`,
    summary,
    caller: 'person',
    keyed: true,
    body,
    answer: changedSchema,
    status: 200,
    handle: (parts, request) => {
      const asked = read(request.body);
      return changeNamed(parts, request, `filing.${asked.kind}`, (tx, filingId, actor) =>
        actOnFiling(parts.registry, tx, filingId, asked, actor, request.nowMs),
      );
    },
  });
}

function paper(document: FilingDocumentKind, summary: string): Route<Parts> {
  return route<Parts>({
    method: 'GET',
    path: `/v1/filings/{filingId}/${document}`,
    operationId: `print${document === 'form' ? 'Form' : 'Commitment'}`,
    summary,
    caller: 'person',
    keyed: false,
    query: { language: 'zh or en, zh when left out' },
    answer: 'text',
    status: 200,
    async handle({ database, registry }, { params, query, personToken }) {
      const language = (['zh', 'en'] as const).find((one) => one === (query.language ?? 'zh'));
      if (language === undefined) return refuse('FRM-VALUE', { field: 'language' });
      const found = await ownFiling(database, params.filingId, personToken);
      if ('code' in found) return found;
      const printed = await printFiling(registry, database, found, document, language);
      return printed.ok ? answered(printed.text) : printed;
    },
  });
}

async function listOwn(
  { database, registry }: Parts,
  { personToken, query }: RouteRequest<unknown>,
): Promise<RouteAnswer<z.output<typeof listSchema>>> {
  const size = Number(query.pageSize ?? 20);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) return refuse('FRM-PAGE');
  const filings = await filingsOfPerson(database, personToken);
  const after = query.pageToken;
  const from = after === undefined ? 0 : filings.findIndex(({ record }) => record.filingId === after) + 1;
  // A token that names none of the person's filings is nobody's first page.
  if (after !== undefined && from === 0) return refuse('FRM-PAGE');
  const page = filings.slice(from, from + size);
  return answered({
    filings: page.map(({ record }) => filingJson(record, registry.regions)),
    nextPageToken: from + size < filings.length ? (page[page.length - 1]?.record.filingId ?? null) : null,
  });
}

async function ownFiling(database: Database, filingId: string | undefined, personToken: string) {
  const known = filingId !== undefined && idFromText(filingId) !== undefined;
  const found = known ? await visibleFiling(database, filingId, { personToken }) : undefined;
  return found ?? refuse('FIL-NOTFOUND', { filingId: filingId ?? '' });
}

function changeNamed<Body>(
  parts: Parts,
  request: RouteRequest<Body>,
  action: string,
  work: (tx: Queryable, filingId: string, actor: FilingActor) => Promise<FilingResult>,
): Promise<RouteAnswer<unknown>> {
  const { filingId = '' } = request.params;
  if (idFromText(filingId) === undefined) return Promise.resolve(refuse('FIL-NOTFOUND', { filingId }));
  return change(parts, request, action, (tx, actor) => work(tx, filingId, actor));
}

/** One change: once for its key, its effects, audit and answer in one transaction. What the rules refuse is kept, too. */
async function change<Body>(
  { database, registry }: Parts,
  { caller, personToken, idempotencyKey, content, nowMs }: RouteRequest<Body>,
  action: string,
  work: (tx: Queryable, actor: FilingActor) => Promise<FilingResult>,
): Promise<RouteAnswer<unknown>> {
  const name = `channel:${caller.channel}`;
  const actor: FilingActor = { name, pool: undefined, withSecondPerson: false, personToken };
  const audited: AuditActor = {
    actor: `${name}/${personToken}`,
    certificateSerial: caller.keyId,
    role: 'insured-person',
  };
  const keyed = { pool: `insured:${personToken}`, call: action, idempotencyKey, body: content, nowMs };
  const once = await oncePerKey(database, keyed, async (tx) => {
    const result = await work(tx, actor);
    if (!result.ok && !result.keepsKey) return result;
    if (result.ok) await auditFilings(tx, audited, action, result, nowMs);
    return Buffer.from(JSON.stringify(keptAnswer(result, registry)));
  });
  if (!once.ok) return once;
  const kept = JSON.parse(Buffer.from(once.answer).toString()) as ReturnType<typeof keptAnswer>;
  return kept.ok ? answered(kept.answer) : kept;
}

function keptAnswer(result: FilingResult, { regions }: Registry): { ok: true; answer: unknown } | Refusal {
  if (!result.ok) return { ok: false, code: result.code, values: result.values };
  const { filing, added } = result;
  return answered({
    filing: filingJson(filing, regions),
    newFiling: added ? filingJson(added, regions) : null,
  });
}

function answered<Answer>(answer: Answer): { readonly ok: true; readonly answer: Answer } {
  return { ok: true, answer };
}
