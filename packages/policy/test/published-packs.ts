import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pack } from '../src/pack/pack.ts';
import { type PackProblem, parsePack } from '../src/pack/parse-pack.ts';

/** The packs of the repository, read for tests. */
export const POLICIES = join(import.meta.dirname, '../../../policies');

export interface PackFile {
  readonly file: string;
  readonly text: string;
}

export function packFiles(): readonly PackFile[] {
  return readdirSync(POLICIES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(POLICIES, file), 'utf8') }));
}

export function packNamed(file: string): Pack {
  return packOf(readFileSync(join(POLICIES, file), 'utf8'), file);
}

/** Throws what is wrong, for tests that need a pack that is right. */
export function packOf(text: string, file = 'test.yaml'): Pack {
  const parsed = parsePack(text, file);
  if (parsed.ok) return parsed.pack;
  throw new Error(parsed.problems.map(shown).join('\n'));
}

export function problemsOf(text: string): readonly string[] {
  const parsed = parsePack(text, 'test.yaml');
  return parsed.ok ? [] : parsed.problems.map(shown);
}

function shown(problem: PackProblem): string {
  return `${problem.code} ${problem.file}:${problem.line} ${problem.field} = ${problem.value} ${problem.message}`;
}
