import { parseLocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { ChannelCaller } from '@yijie/security';
import { z } from 'zod';

/** A request that was read and whose caller is known. */
export interface RouteRequest<Body> {
  readonly caller: ChannelCaller;
  /** The person who has signed in; empty on the one route that a channel calls for itself. */
  readonly personToken: string;
  /** Parts of the path by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Body;
  /** Empty where nothing changes. */
  readonly idempotencyKey: string;
  /** What the key stands for: the call with its content. */
  readonly content: Uint8Array;
  readonly nowMs: number;
}

/** An answer, or one that is kept with its key although it refuses. */
export type RouteAnswer<Answer> = { readonly ok: true; readonly answer: Answer } | Refusal;

/** One call of the public interface: what it takes, what it gives, and what it does. The document is made of these. */
export interface Route<Parts> {
  readonly method: 'GET' | 'POST';
  /** OpenAPI's form: /v1/filings/{filingId} */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Who may call: the person who signed in, or the channel for itself. */
  readonly caller: 'person' | 'channel';
  /** Changes something: an Idempotency-Key is required. */
  readonly keyed: boolean;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: z.ZodType;
  /** What comes back; text where the answer is a paper to print. */
  readonly answer: z.ZodType | 'text';
  readonly status: 200 | 201;
  readonly handle: (parts: Parts, request: RouteRequest<never>) => Promise<RouteAnswer<unknown>>;
}

/** Ties the types of a route's body and handler together. */
export function route<Parts, Body extends z.ZodType = z.ZodUndefined>(
  spec: Omit<Route<Parts>, 'handle' | 'body'> & {
    readonly body?: Body;
    readonly handle: (parts: Parts, request: RouteRequest<z.output<Body>>) => Promise<RouteAnswer<unknown>>;
  },
): Route<Parts> {
  return spec as unknown as Route<Parts>;
}

/** A day as text; one that doesn't exist has a code of its own. */
export const daySchema = z
  .string()
  .refine((text) => parseLocalDate(text) !== undefined, { params: { code: 'FRM-DATE' } })
  .meta({ format: 'date', description: 'YYYY-MM-DD, in Asia/Shanghai' });

export const regionSchema = z
  .string()
  .refine((code) => /^[1-8]\d{5}$/.test(code), { params: { code: 'FRM-REGION' } })
  .meta({ pattern: '^[1-8]\\d{5}$', description: 'six digits: a pool, as a rule a city' });

/** Text that is printed on a form: no line breaks, at most a hundred signs. */
export const textSchema = (max = 100) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u);

/** Reads a body by its schema; the first thing that is wrong is the refusal. Values are never repeated: they may be personal. */
export function readBody<Body extends z.ZodType>(
  schema: Body,
  body: unknown,
): { readonly ok: true; readonly body: z.output<Body> } | Refusal {
  const read = schema.safeParse(body ?? {});
  if (read.success) return { ok: true, body: read.data };
  const [issue] = read.error.issues;
  const field = issue?.path.join('.') ?? '';
  if (issue?.code === 'custom') {
    const { code } = issue.params as { code: 'FRM-DATE' | 'FRM-REGION' };
    return refuse(code, { field });
  }
  if (issue?.code === 'unrecognized_keys') return refuse('FRM-VALUE', { field: issue.keys.join(', ') });
  if (issue?.code === 'too_big' && issue.origin === 'string')
    return refuse('FRM-LENGTH', { field, max: `${issue.maximum}` });
  const isMissing = issue !== undefined && valueAt(body, issue.path) === undefined;
  return refuse(isMissing ? 'FRM-REQUIRED' : 'FRM-VALUE', { field });
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}
