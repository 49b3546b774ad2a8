import { localDate } from '@yijie/calendar';
import { HOSPITAL_KINDS, HOSPITAL_LEVELS, VISIT_KINDS } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { fen } from '@yijie/money';
import type { Database, Queryable } from '@yijie/postgres';
import { type Ids, idFromText, idToText } from '@yijie/runtime';
import type { AuditActor, ColumnCipher } from '@yijie/security';
import { z } from 'zod';
import { previewPapers } from '../../application/claims/check-reimbursement-papers.ts';
import { moveReimbursement } from '../../application/claims/move-reimbursement.ts';
import { openReimbursement } from '../../application/claims/open-reimbursement.ts';
import type { BureauActor } from '../../application/claims/propose-correction.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import type { ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import { CLAIM_CAUSES, type Claim } from '../../core/claims/reimbursement-claim.ts';
import { MATERIALS, requiredMaterials } from '../../core/claims/reimbursement-materials.ts';
import { REIMBURSEMENT_STATES } from '../../core/claims/reimbursement-states.ts';
import type { TermsBook } from '../../core/claims/reimbursement-terms.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { casesOfPerson, findCase } from '../../repositories/claims/reimbursement-rows.ts';
import {
  daySchema,
  type Route,
  type RouteAnswer,
  type RouteRequest,
  regionSchema,
  route,
  textSchema,
} from './route.ts';

export interface ClaimRouteParts {
  readonly database: Database;
  readonly ids: Ids;
  readonly cipher: ColumnCipher;
  readonly terms: TermsBook;
  readonly regions: { isPool(code: string): boolean };
}

const fenSchema = z.int().min(0).max(10_000_000_000).meta({ description: 'fen (分)' });

const openSchema = z
  .strictObject({
    visitKind: z.enum(VISIT_KINDS),
    treatmentPool: regionSchema,
    institutionCode: textSchema(32),
    institutionName: textSchema(),
    hospitalLevel: z.enum(HOSPITAL_LEVELS),
    hospitalKind: z.enum(HOSPITAL_KINDS).default('general'),
    admissionDate: daySchema,
    dischargeDate: daySchema.optional().meta({ description: 'of a stay' }),
    paidInFullOn: daySchema.meta({ description: 'the day of the charge receipt' }),
    emergency: z.boolean().default(false),
    injury: z.boolean().default(false),
    thirdPartyLiable: z.boolean().default(false),
    injuryStatement: z.boolean().default(false).meta({ description: 'signed: no third party is liable' }),
    diseaseCode: textSchema(20).optional(),
    receiptNumber: textSchema(64),
    totalFen: fenSchema.min(1),
    useAccount: z.boolean().default(false),
    cause: z.enum(CLAIM_CAUSES).meta({ description: 'why it was not settled directly' }),
    bankName: textSchema(),
    bankAccount: textSchema(40),
    accountHolder: textSchema(),
  })
  .meta({ id: 'NewReimbursement' });

const papersSchema = z
  .strictObject({ materials: z.array(z.enum(MATERIALS)).max(MATERIALS.length) })
  .meta({ id: 'ReimbursementPapers' });
const withdrawSchema = z.strictObject({ reason: textSchema(500) }).meta({ id: 'Withdrawal' });

const claimSchema = z
  .object({
    reimbursementId: z.string(),
    state: z.enum(REIMBURSEMENT_STATES),
    institutionName: z.string(),
    receiptNumber: z.string(),
    totalFen: fenSchema,
    requiredMaterials: z.array(z.enum(MATERIALS)),
    deadline: daySchema.meta({ description: 'last day on which the claim is in time' }),
    receivedOn: daySchema.nullable(),
    decisionDueOn: daySchema.nullable(),
    payableFen: fenSchema.nullable(),
    reasonCode: z.string().nullable().meta({ description: 'of a rejection' }),
    paidOn: daySchema.nullable(),
  })
  .meta({ id: 'Reimbursement' });
const previewSchema = z
  .object({ reimbursement: claimSchema, missing: z.array(z.enum(MATERIALS)) })
  .meta({ id: 'ReimbursementPreview' });
const claimsSchema = z
  .object({ reimbursements: z.array(claimSchema), nextPageToken: z.string().nullable() })
  .meta({ id: 'Reimbursements' });

const PAGE_MAX = 100;

/** A person's own claims (手工报销): asked for and followed online; originals go by mail or to the counter. */
export const claimRoutes: readonly Route<ClaimRouteParts>[] = [
  route<ClaimRouteParts, typeof openSchema>({
    method: 'POST',
    path: '/v1/reimbursements',
    operationId: 'openReimbursement',
    summary: 'Claim a visit that was paid in full (手工报销); the answer names papers and deadline',
    caller: 'person',
    keyed: true,
    body: openSchema,
    answer: claimSchema,
    status: 201,
    async handle(parts, request) {
      const claim = claimOf(request.body, parts);
      if ('code' in claim) return claim;
      const { bankName, bankAccount: account, accountHolder: holder } = request.body;
      return change(parts, request, 'reimbursement.open', async (tx, actor) => {
        const bank = { bankName, account, holder };
        const opened = await openReimbursement(
          parts,
          tx,
          request.personToken,
          claim,
          bank,
          actor,
          request.nowMs,
        );
        return opened.ok ? { ...opened, answer: claimJson(opened.found) } : opened;
      });
    },
  }),
  route<ClaimRouteParts, typeof papersSchema>({
    method: 'POST',
    path: '/v1/reimbursements/{reimbursementId}/preview',
    operationId: 'previewReimbursement',
    summary: 'Whether the papers are complete, before anything is mailed',
    caller: 'person',
    keyed: true,
    body: papersSchema,
    answer: previewSchema,
    status: 200,
    handle: (parts, request) =>
      changeNamed(parts, request, 'reimbursement.preview', async (tx, id, actor) => {
        const previewed = await previewPapers(tx, id, request.body.materials, actor, request.nowMs);
        if (!previewed.ok) return previewed;
        const { found, missing } = previewed;
        return { ok: true, found, answer: { reimbursement: claimJson(found), missing } };
      }),
  }),
  route<ClaimRouteParts, typeof withdrawSchema>({
    method: 'POST',
    path: '/v1/reimbursements/{reimbursementId}/withdraw',
    operationId: 'withdrawReimbursement',
    summary: 'Take a claim back before it is decided',
    caller: 'person',
    keyed: true,
    body: withdrawSchema,
    answer: claimSchema,
    status: 200,
    handle: (parts, request) =>
      changeNamed(parts, request, 'reimbursement.withdraw', async (tx, id, actor) => {
        const { reason } = request.body;
        const moved = await moveReimbursement(tx, id, actor, request.nowMs, () => ({
          event: 'withdraw',
          reason,
        }));
        return moved.ok ? { ...moved, answer: claimJson(moved.found) } : moved;
      }),
  }),
  route<ClaimRouteParts>({
    method: 'GET',
    path: '/v1/reimbursements',
    operationId: 'listReimbursements',
    summary: 'Own claims, newest first',
    caller: 'person',
    keyed: false,
    query: { pageSize: `1 to ${PAGE_MAX}, 20 when left out`, pageToken: 'of the page before' },
    answer: claimsSchema,
    status: 200,
    handle: listOwn,
  }),
  route<ClaimRouteParts>({
    method: 'GET',
    path: '/v1/reimbursements/{reimbursementId}',
    operationId: 'getReimbursement',
    summary: 'How a claim stands',
    caller: 'person',
    keyed: false,
    answer: claimSchema,
    status: 200,
    async handle({ database }, { params, personToken }) {
      const id = idFromText(params.reimbursementId ?? '');
      const stored = id && (await findCase(database, id, { personToken }));
      if (!stored) return refuse('REI-NOTFOUND');
      return { ok: true, answer: claimJson(stored.found) };
    },
  }),
];

function claimOf(body: z.output<typeof openSchema>, { regions }: ClaimRouteParts): Claim | Refusal {
  const isStay = body.visitKind === 'inpatient' || body.visitKind === 'maternity';
  const admissionDate = localDate(body.admissionDate);
  const dischargeDate = body.dischargeDate === undefined ? undefined : localDate(body.dischargeDate);
  const paidInFullOn = localDate(body.paidInFullOn);
  if (isStay !== (dischargeDate !== undefined) || (dischargeDate ?? admissionDate) < admissionDate)
    return refuse('FRM-DATE', { field: 'dischargeDate' });
  if (paidInFullOn < admissionDate) return refuse('FRM-DATE', { field: 'paidInFullOn' });
  if (!regions.isPool(body.treatmentPool)) return refuse('FRM-REGION', { field: 'treatmentPool' });
  const { bankName: _, bankAccount: __, accountHolder: ___, ...claim } = body;
  return {
    ...claim,
    admissionDate,
    dischargeDate,
    paidInFullOn,
    diseaseCode: body.diseaseCode,
    totalFen: fen(body.totalFen),
    channel: 'ONLINE',
  };
}

function claimJson(found: ReimbursementCase): z.output<typeof claimSchema> {
  const { claim, decision, amounts, payment } = found;
  return {
    reimbursementId: idToText(found.reimbursementId),
    state: found.state,
    institutionName: claim.institutionName,
    receiptNumber: claim.receiptNumber,
    totalFen: claim.totalFen,
    requiredMaterials: [...requiredMaterials(claim)],
    deadline: found.deadline,
    receivedOn: found.receivedOn ?? null,
    decisionDueOn: found.dueOn ?? null,
    payableFen: amounts?.payableFen ?? null,
    reasonCode: decision === undefined || decision.reasonCode === '' ? null : decision.reasonCode,
    paidOn: payment?.on ?? null,
  };
}

async function listOwn(
  { database }: ClaimRouteParts,
  { personToken, query }: RouteRequest<unknown>,
): Promise<RouteAnswer<z.output<typeof claimsSchema>>> {
  const size = Number(query.pageSize ?? 20);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) return refuse('FRM-PAGE');
  const after = await placeOf(database, personToken, query.pageToken);
  if (after === null) return refuse('FRM-PAGE');
  const found = await casesOfPerson(database, personToken, undefined, after, size + 1);
  const shown = found.slice(0, size);
  const last = found.length > size ? shown.at(-1) : undefined;
  return {
    ok: true,
    answer: {
      reimbursements: shown.map((stored) => claimJson(stored.found)),
      nextPageToken: last === undefined ? null : idToText(last.found.reimbursementId),
    },
  };
}

/** A page goes on after one of the person's own claims; null when the token names none. */
async function placeOf(database: Queryable, personToken: string, token: string | undefined) {
  if (token === undefined) return undefined;
  const id = idFromText(token);
  const stored = id && (await findCase(database, id, { personToken }));
  if (!stored) return null;
  return { openedAtMs: stored.found.openedAtMs, reimbursementId: stored.found.reimbursementId };
}

type Changed = { readonly ok: true; readonly found: ReimbursementCase; readonly answer: unknown } | Refusal;

function changeNamed<Body>(
  parts: ClaimRouteParts,
  request: RouteRequest<Body>,
  action: string,
  work: (tx: Queryable, id: Uint8Array, actor: BureauActor) => Promise<Changed>,
): Promise<RouteAnswer<unknown>> {
  const id = idFromText(request.params.reimbursementId ?? '');
  if (id === undefined) return Promise.resolve(refuse('REI-NOTFOUND'));
  return change(parts, request, action, (tx, actor) => work(tx, id, actor));
}

/** One change: once for its key, its effects, audit and answer in one transaction. A refusal leaves the key free. */
async function change<Body>(
  { database }: ClaimRouteParts,
  { caller, personToken, idempotencyKey, content, nowMs }: RouteRequest<Body>,
  action: string,
  work: (tx: Queryable, actor: BureauActor) => Promise<Changed>,
): Promise<RouteAnswer<unknown>> {
  const name = `channel:${caller.channel}`;
  const audited: AuditActor = {
    actor: `${name}/${personToken}`,
    certificateSerial: caller.keyId,
    role: 'insured-person',
  };
  const keyed = { pool: `insured:${personToken}`, call: action, idempotencyKey, body: content, nowMs };
  const once = await oncePerKey(database, keyed, async (tx) => {
    const done = await work(tx, { name, pool: undefined, personToken });
    if (!done.ok) return done;
    const object = `reimbursement:${idToText(done.found.reimbursementId)}`;
    await appendAudit(tx, [{ ...audited, atMs: nowMs, action, object }]);
    return Buffer.from(JSON.stringify(done.answer));
  });
  return once.ok ? { ok: true, answer: JSON.parse(Buffer.from(once.answer).toString()) } : once;
}
