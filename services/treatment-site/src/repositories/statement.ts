import type { StatementPart } from '@yijie/exchange';
import type { Statement } from '@yijie/postgres';

// biome-ignore lint/suspicious/noExplicitAny: a part's rows are checked where `params` is called, by the tuple's type.
type AnyPart = StatementPart<any>;

type RowsOf<Parts extends readonly AnyPart[]> = {
  [Index in keyof Parts]: Parts[Index] extends StatementPart<infer Rows> ? Rows : never;
};

/** Joins parts into the one statement that a batch is stored with. */
export function joinParts<const Parts extends readonly AnyPart[]>(
  name: string,
  parts: Parts,
  select: (firstParameter: number) => string,
): { readonly statement: Statement; params(...rows: RowsOf<Parts>): unknown[] } {
  const sql: string[] = [];
  let first = 1;
  for (const part of parts) {
    sql.push(part.sql(first));
    first += part.parameterCount;
  }
  return {
    statement: { name, sql: `WITH ${sql.join(',\n')}\n${select(first)}` },
    params: (...rows) => parts.flatMap((part, index) => part.params(rows[index])),
  };
}

/** `$first`, `$first+1`, … */
export function placeholders(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `$${first + index}`);
}
