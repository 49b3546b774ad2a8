import type { RowFilter } from '@yijie/security';

/** Where a table says whose row it is; a row without a home pool is seen by the treatment side alone. */
interface OwnerColumns {
  readonly institution: string;
  readonly treatment: string;
  readonly home: string;
}

/**
 * The condition under which a caller sees a row, to stand in a WHERE; takes the two parameters of `visibleParams` from
 * `first` on. What isn't visible is answered like what isn't there.
 */
export function visible(alias: string, first: number): string {
  return visibleBy(
    {
      institution: `${alias}.institution_code`,
      treatment: `${alias}.treatment_pool`,
      home: `${alias}.home_pool`,
    },
    first,
  );
}

export function visibleBy({ institution, treatment, home }: OwnerColumns, first: number): string {
  const [kind, value] = [`$${first}::text`, `$${first + 1}::text`];
  return `CASE ${kind}
    WHEN 'all' THEN true
    WHEN 'institution' THEN ${institution} = ${value}
    WHEN 'treatment-pool' THEN ${treatment} LIKE ${value}
    WHEN 'home-pool' THEN ${home} LIKE ${value}
    ELSE ${treatment} LIKE ${value} OR ${home} LIKE ${value} END`;
}

export function visibleParams(filter: RowFilter): [string, string | null] {
  switch (filter.kind) {
    case 'all':
      return ['all', null];
    case 'institution':
      return ['institution', filter.institutionCode];
    default:
      return [filter.kind, poolPattern(filter.pool)];
  }
}

/** People of a province's own agency (and of a municipality, which is one pool) see all of the province. */
function poolPattern(pool: string): string {
  return pool.endsWith('0000') ? `${pool.slice(0, 2)}%` : pool;
}
