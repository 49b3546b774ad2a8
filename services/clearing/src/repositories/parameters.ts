import type { LocalDate } from '@yijie/calendar';
import { type ClearingParameters, type ParameterVersion, parametersOn, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

/** An owner's parameters on a day: the defaults and what its versions begun by then change. */
export async function readParameters(
  tx: Queryable,
  owner: RunOwner,
  day: LocalDate,
): Promise<ClearingParameters> {
  const { rows } = await tx.query<ParameterVersion>(
    'SELECT from_day AS "from", changes FROM parameter_version WHERE owner = $1',
    [owner],
  );
  return parametersOn(day, rows);
}

/** Every owner's versions, for a book of them. */
export async function readParameterVersions(
  database: Queryable,
): Promise<ReadonlyMap<RunOwner, readonly ParameterVersion[]>> {
  const { rows } = await database.query<ParameterVersion & { readonly owner: RunOwner }>(
    'SELECT owner, from_day AS "from", changes FROM parameter_version',
  );
  return Map.groupBy(rows, ({ owner }) => owner);
}
