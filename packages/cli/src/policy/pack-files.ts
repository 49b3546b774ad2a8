import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type CaseFile, type Pack, type PackProblem, parseCases, parsePack } from '@yijie/policy';

export interface LoadedPack {
  readonly file: string;
  readonly pack: Pack;
}

export interface LoadedPacks {
  readonly packs: readonly LoadedPack[];
  readonly problems: readonly PackProblem[];
}

/** Something the command was given can't be used at all: one sentence, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads pack files, and all `*.yaml` under the folders given. */
export function loadPacks(paths: readonly string[]): LoadedPacks {
  const packs: LoadedPack[] = [];
  const problems: PackProblem[] = [];
  for (const file of paths.flatMap(packFilesAt)) {
    const shown = relative(process.cwd(), file) || file;
    const parsed = parsePack(readText(file), shown);
    if (parsed.ok) packs.push({ file: shown, pack: parsed.pack });
    else problems.push(...parsed.problems);
  }
  return { packs, problems };
}

/** One pack that must be right; its problems are printed and end the command otherwise. */
export function loadPack(path: string): Pack | undefined {
  const { packs, problems } = loadPacks([path]);
  for (const problem of problems) console.error(problemLine(problem));
  if (problems.length > 0) process.exitCode = 1;
  return problems.length > 0 ? undefined : packs[0]?.pack;
}

/** `cases.json` beside a pack; undefined when there is none. */
export function casesBeside(
  packFile: string,
): { readonly path: string; readonly file: CaseFile } | undefined {
  const path = join(dirname(packFile), 'cases.json');
  if (!existsSync(path)) return undefined;
  const parsed = parseCases(readText(path));
  if (parsed.ok) return { path, file: parsed.file };
  throw new UsageError(
    parsed.problems.map(({ field, message }) => `${path}: ${field} ${message}`).join('\n'),
  );
}

/** `policies/x.yaml:12 visits.inpatient.payment.pays: must be … (is 80) [POL-FORM]` */
export function problemLine(problem: PackProblem): string {
  const { file, line, field, value, message, code } = problem;
  return `${file}:${line} ${field}: ${message}${value === '' ? '' : ` (is ${value})`} [${code}]`;
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`can't read ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

/** Runs a command's work; what it can't use ends it with a sentence and status 2. */
export async function withUsageErrors(work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

function packFilesAt(path: string): string[] {
  const full = resolve(path);
  if (!existsSync(full)) throw new UsageError(`no such file or folder: ${path}`);
  if (!statSync(full).isDirectory()) return [full];
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') || name.endsWith('.yml'))
    .sort()
    .map((name) => join(full, name));
}
