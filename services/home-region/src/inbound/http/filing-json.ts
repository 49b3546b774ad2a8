import { addDays, type Instant } from '@yijie/calendar';
import { FILING_TYPES, type RegionDirectory } from '@yijie/codes';
import {
  CHANNELS,
  EVIDENCE,
  FILING_GROUPS,
  FILING_STATES,
  type FilingRecord,
  type FilingTransition,
  filingGroup,
} from '@yijie/filing';
import { z } from 'zod';
import { daySchema, textSchema } from './route.ts';

export const materialSchema = z
  .strictObject({
    kind: z.enum(EVIDENCE),
    reference: textSchema().meta({ description: "where the paper lies in the channel's document store" }),
  })
  .meta({ id: 'Material' });

export const contactSchema = z
  .strictObject({ name: textSchema(), telephone: textSchema(30), address: textSchema(200) })
  .meta({ id: 'Contact' });

const instant = z.string().meta({ format: 'date-time' });

/** A filing as its owner sees it. */
export const filingSchema = z
  .object({
    filingId: z.string(),
    version: z.int(),
    type: z.enum(FILING_TYPES),
    targetRegion: z.string(),
    targetRegionName: z.string(),
    validFrom: daySchema,
    lastDay: daySchema.nullable().meta({ description: 'included; null when open-ended' }),
    state: z.enum(FILING_STATES),
    channel: z.enum(CHANNELS),
    group: z
      .enum(FILING_GROUPS)
      .meta({ description: 'QUICK 快速备案, SELF_SERVICE 自助开通, LOCAL 地方平台, SETTLEMENT 视同已备案' }),
    byCommitment: z.boolean(),
    proof: z.enum(['NONE', 'PENDING', 'COMPLETE']),
    proofDueOn: daySchema.nullable(),
    barredUntil: daySchema.nullable(),
    reviewDueOn: daySchema.nullable(),
    missing: z.array(z.string()).meta({ description: 'everything the review still asks for' }),
    supplementDueOn: daySchema.nullable(),
    lockedUntil: daySchema.nullable(),
    supersedesId: z.string().nullable(),
    appliedAt: instant,
    effectiveAt: instant.nullable(),
    decidedAt: instant.nullable(),
    reasonCode: z.string().nullable(),
  })
  .meta({ id: 'Filing' });

export const transitionSchema = z
  .object({
    version: z.int(),
    from: z.enum(FILING_STATES).nullable(),
    to: z.enum(FILING_STATES),
    event: z.string(),
    by: z.enum(['person', 'agency', 'system']),
    at: instant,
    reason: z.string().nullable(),
  })
  .meta({ id: 'Transition' });

export function filingJson(record: FilingRecord, regions: RegionDirectory): z.output<typeof filingSchema> {
  return {
    filingId: record.filingId,
    version: record.version,
    type: record.type,
    targetRegion: record.targetRegion,
    targetRegionName: regions.nameOf(record.targetRegion, { full: true }),
    validFrom: record.from,
    lastDay: record.until === undefined ? null : addDays(record.until, -1),
    state: record.state,
    channel: record.channel,
    group: filingGroup(record),
    byCommitment: record.byCommitment,
    proof: record.proof,
    proofDueOn: record.proofDueOn ?? null,
    barredUntil: record.barredUntil ?? null,
    reviewDueOn: record.reviewDueOn ?? null,
    missing: [...(record.missing ?? [])],
    supplementDueOn: record.supplementDueOn ?? null,
    lockedUntil: record.lockedUntil ?? null,
    supersedesId: record.supersedesId ?? null,
    appliedAt: instantText(record.appliedAt),
    effectiveAt: record.effectiveAt === undefined ? null : instantText(record.effectiveAt),
    decidedAt: record.decidedAt === undefined ? null : instantText(record.decidedAt),
    reasonCode: record.reasonCode ?? null,
  };
}

/** Who acted is said by kind: a clerk's name is nothing for the person to know. */
export function transitionJson(transition: FilingTransition): z.output<typeof transitionSchema> {
  const { version, from, to, event, actor, at, reason } = transition;
  const by = actor.startsWith('channel:') ? 'person' : actor.startsWith('agency:') ? 'agency' : 'system';
  return { version, from: from ?? null, to, event, by, at: instantText(at), reason: reason ?? null };
}

export function instantText(at: Instant): string {
  return new Date(at).toISOString();
}
