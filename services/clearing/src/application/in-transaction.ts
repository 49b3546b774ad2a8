import type { Refusal } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';

/** Runs an act in one transaction; what it refuses rolls everything back and is answered. */
export async function inTransaction<Result extends { readonly ok: true }>(
  database: Database,
  act: (tx: Queryable) => Promise<Result | Refusal>,
): Promise<Result | Refusal> {
  try {
    return await database.transaction(async (tx) => {
      const result = await act(tx);
      if (isRefusal(result)) throw new Refused(result);
      return result;
    });
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

function isRefusal(result: { readonly ok: boolean }): result is Refusal {
  return !result.ok;
}

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}
