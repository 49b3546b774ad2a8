import type { Refusal } from './entry.ts';
import type { ErrorCode } from './error-catalogue.ts';

/** A refusal to return. Values are texts: amounts in fen under a name ending in `Fen`, days as YYYY-MM-DD. */
export function refuse<Code extends ErrorCode>(
  code: Code,
  values: Readonly<Record<string, string>> = {},
  lineNumbers?: readonly number[],
): Refusal<Code> {
  return lineNumbers === undefined ? { ok: false, code, values } : { ok: false, code, values, lineNumbers };
}
