import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface InventedInstitution {
  readonly institutionCode: string;
  readonly pool: string;
  readonly level?: string;
  readonly kind?: string;
  readonly openings: readonly {
    readonly kind: string;
    readonly diseaseCode?: string;
    readonly from?: string;
    readonly until?: string;
  }[];
}

export interface InventedVersion {
  readonly version?: string;
  readonly validFrom?: string;
  readonly institutions: readonly InventedInstitution[];
  /** Files beside those of the institutions, by table: lines with their header. */
  readonly tables?: Readonly<Record<string, readonly string[]>>;
}

/** Writes a version of the reference data as a treatment site loads it; returns the folder. */
export function writeReferenceFolder(folder: string, invented: InventedVersion): string {
  mkdirSync(folder, { recursive: true });
  const tables: Readonly<Record<string, readonly string[]>> = {
    institutions: [
      'institution_code,name,pool,level,kind',
      ...invented.institutions.map(
        ({ institutionCode, pool, level = 'L3', kind = 'general' }) =>
          `${institutionCode},虚构机构（仅供测试）,${pool},${level},${kind}`,
      ),
    ],
    openings: [
      'institution_code,service,disease_code,open_from,open_until',
      ...invented.institutions.flatMap(({ institutionCode, openings }) =>
        openings.map(
          ({ kind, diseaseCode = '', from = '', until = '' }) =>
            `${institutionCode},${kind},${diseaseCode},${from},${until}`,
        ),
      ),
    ],
    ...invented.tables,
  };
  const files = Object.entries(tables).map(([table, lines]) => {
    const text = `${lines.join('\n')}\n`;
    writeFileSync(join(folder, `${table}.csv`), text);
    return { table, file: `${table}.csv`, sha256: createHash('sha256').update(text).digest('hex') };
  });
  const { version = 'test.1', validFrom = '2025-01-01' } = invented;
  const manifest = { version, validFrom, source: 'invented for a test', files };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
