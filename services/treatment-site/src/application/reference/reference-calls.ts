import { localDateAt, localDateToNumber } from '@yijie/calendar';
import {
  type CheckReferenceResponse,
  type DiffReferenceResponse,
  type ListReferenceVersionsResponse,
  type LoadReferenceResponse,
  ReferenceChange_Kind,
  type ReferenceFolder,
} from '@yijie/contracts/reference';
import { type Refusal, refuse } from '@yijie/errors';
import type { ReferenceChange, ReferenceFile } from '@yijie/reference-data';
import { loadedVersions } from '../../repositories/reference.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';
import { compareReference, loadReference as load } from './load-reference.ts';

/** Problems and changes that one answer lists; the counts are of all. */
const LISTED_MAX = 1_000;

export async function checkReference(
  site: Site,
  folder: ReferenceFolder | undefined,
): Promise<CheckReferenceResponse | Refusal> {
  const compared = await compareFolder(site, folder);
  if (!compared.ok) {
    const { problems } = compared;
    return { version: '', problems: problems.slice(0, LISTED_MAX), problemCount: problems.length, rows: {} };
  }
  const { version } = compared;
  const rows = Object.fromEntries([...version.tables].map(([table, { length }]) => [table, length]));
  return { version: version.version, problems: [], problemCount: 0, rows };
}

export async function diffReference(
  site: Site,
  folder: ReferenceFolder | undefined,
): Promise<DiffReferenceResponse | Refusal> {
  const compared = await compareFolder(site, folder);
  if (!compared.ok) {
    const { problems } = compared;
    return {
      version: '',
      validFrom: 0,
      problems: problems.slice(0, LISTED_MAX),
      problemCount: problems.length,
      tables: [],
      changes: [],
    };
  }
  const { version, tables, changes } = compared;
  return {
    version: version.version,
    validFrom: localDateToNumber(version.validFrom),
    problems: [],
    problemCount: 0,
    tables: [...tables],
    changes: changes.slice(0, LISTED_MAX).map(changeView),
  };
}

/** The operations team's; the whole version or nothing. Replicas take it over while they run. */
export async function loadReference(
  site: Site,
  folder: ReferenceFolder | undefined,
  caller: Caller,
): Promise<LoadReferenceResponse | Refusal> {
  if (folder === undefined) return refuse('FRM-REQUIRED', { field: 'folder' });
  const parts = { database: site.database, province: site.settings.province };
  const loaded = await load(parts, filesOf(folder), caller.audit, site.clock.now());
  if (!loaded.ok) return loaded;
  await site.reference.refresh();
  site.directoryChanged();
  const { version, tables, alreadyLoaded } = loaded;
  return { version, tables: [...tables], alreadyLoaded };
}

export async function listReferenceVersions(site: Site): Promise<ListReferenceVersionsResponse> {
  const versions = await loadedVersions(site.database);
  return {
    versions: versions.map(({ validFrom, tables, ...version }) => ({
      ...version,
      validFrom: localDateToNumber(validFrom),
      tables: [...tables],
    })),
  };
}

function compareFolder(site: Site, folder: ReferenceFolder | undefined) {
  const { province } = site.settings;
  const today = localDateAt(site.clock.now());
  return compareReference(site.database, filesOf(folder ?? { files: [] }), province, today);
}

function filesOf({ files }: ReferenceFolder): ReferenceFile[] {
  return files.map(({ name, content }) => ({ name, content }));
}

const KINDS = {
  added: ReferenceChange_Kind.ADDED,
  changed: ReferenceChange_Kind.CHANGED,
  ended: ReferenceChange_Kind.ENDED,
} as const;

function changeView({ kind, table, key, fields }: ReferenceChange) {
  return { kind: KINDS[kind], table, key, fields: [...fields] };
}
