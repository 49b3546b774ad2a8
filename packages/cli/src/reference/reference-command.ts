import {
  type DiffReferenceResponse,
  ReferenceChange_Kind,
  type ReferenceFolder,
  ReferenceServiceClient,
  type TableDifference,
} from '@yijie/contracts/reference';
import { type ReferenceProblem, readReferenceFolder, readReferenceVersion } from '@yijie/reference-data';
import { Command } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { unary } from '../client/unary.ts';
import { clusterOption, readClusterNote } from '../start/cluster-note.ts';

const DEADLINE_MS = 60_000;
const BROKEN = 1;

interface Options {
  readonly cluster?: string;
}

/** `yijie reference check | diff | load | versions`: a folder with manifest.json and the tables it names. */
export function referenceCommand(): Command {
  const reference = new Command('reference').description(
    'versions of institutions, offices, catalogues, code tables',
  );
  reference
    .command('check')
    .description('what is wrong with the files, line by line; needs no running service')
    .argument('<folder>', 'manifest.json and its tables')
    .action(check);
  reference
    .command('diff')
    .description('what loading them would change; changes nothing')
    .argument('<folder>', 'manifest.json and its tables')
    .addOption(clusterOption())
    .action(diff);
  reference
    .command('load')
    .description('load them whole, or not at all')
    .argument('<folder>', 'manifest.json and its tables')
    .addOption(clusterOption())
    .action(load);
  reference
    .command('versions')
    .description('the versions that were loaded, newest first')
    .addOption(clusterOption())
    .action(versions);
  return reference;
}

/** References to earlier versions' institutions can only be judged by the service: `diff` does. */
function check(folder: string): void {
  const read = readReferenceVersion(readReferenceFolder(folder));
  if (!read.ok) {
    showProblems(read.problems, read.problems.length);
    return;
  }
  const { version, validFrom, tables } = read.version;
  console.log(`${version}, valid from ${validFrom}: in order`);
  for (const [table, { length }] of tables) console.log(`  ${table}: ${length} rows`);
}

async function diff(folder: string, options: Options): Promise<void> {
  const answer = await withService(options, (client) =>
    unary(client, client.diffReference, { folder: folderOf(folder) }, { deadlineMs: DEADLINE_MS }),
  );
  if (answer.problemCount > 0) {
    showProblems(answer.problems, answer.problemCount);
    return;
  }
  for (const line of changesOf(answer)) console.log(line);
  showTables(answer.tables);
}

async function load(folder: string, options: Options): Promise<void> {
  const { version, tables, alreadyLoaded } = await withService(options, (client) =>
    unary(client, client.loadReference, { folder: folderOf(folder) }, { deadlineMs: DEADLINE_MS }),
  );
  console.log(alreadyLoaded ? `${version} was loaded before; nothing changed` : `${version} is loaded`);
  showTables(tables);
}

async function versions(options: Options): Promise<void> {
  const answer = await withService(options, (client) =>
    unary(client, client.listReferenceVersions, {}, { deadlineMs: DEADLINE_MS }),
  );
  for (const { version, validFrom, source, loadedAtMs, loadedBy } of answer.versions)
    console.log(
      `${version}  from ${validFrom}  loaded ${new Date(loadedAtMs).toISOString()} by ${loadedBy}  ${source}`,
    );
  if (answer.versions.length === 0) console.log('No version is loaded.');
}

async function withService<Answer>(
  { cluster }: Options,
  work: (client: ReferenceServiceClient) => Promise<Answer>,
): Promise<Answer> {
  const note = readClusterNote(cluster);
  const credentials = await credentialsOf(note.keyFolder, {
    kind: 'operations',
    person: note.operationsPerson,
  });
  const client = new ReferenceServiceClient(note.treatmentSite.grpc, credentials, localChannelOptions);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

function folderOf(folder: string): ReferenceFolder {
  return {
    files: readReferenceFolder(folder).map(({ name, content }) => ({ name, content: Buffer.from(content) })),
  };
}

function showProblems(problems: readonly ReferenceProblem[], count: number): void {
  for (const { file, line, column, value, reason } of problems) {
    const place = line === 0 ? file : `${file}:${line}`;
    console.error([place, column, value && `"${value}"`, reason].filter(Boolean).join(' '));
  }
  console.error(`${count} flaws; nothing would be loaded.`);
  process.exitCode = BROKEN;
}

const MARKS: Readonly<Record<number, string>> = {
  [ReferenceChange_Kind.ADDED]: '+',
  [ReferenceChange_Kind.CHANGED]: '~',
  [ReferenceChange_Kind.ENDED]: '-',
};

/** One line a change: the fields that differ, before and after. */
function changesOf({ version, validFrom, changes }: DiffReferenceResponse): string[] {
  const lines = changes.map(({ kind, table, key, fields }) => {
    const differing = fields.map(({ name, before, after }) => `${name}: "${before}" → "${after}"`);
    const detail = kind === ReferenceChange_Kind.CHANGED ? `  ${differing.join(', ')}` : '';
    return `${MARKS[kind] ?? '?'} ${table} ${key}${detail}`;
  });
  return [`${version}, valid from ${validFrom}`, ...lines];
}

function showTables(tables: readonly TableDifference[]): void {
  for (const { table, added, changed, ended, unchanged } of tables)
    console.log(`${table}: ${added} added, ${changed} changed, ${ended} ended, ${unchanged} unchanged`);
}
