import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Pack, parseCases, parsePack } from '@yijie/policy';
import type { PackText } from '../core/policy/pack-shelf.ts';

/** Reads every pack of the folder for one home province. A pack that is wrong stops the start, with all its problems. */
export async function readPacks(folder: string, province: string): Promise<Pack[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
  const packs: Pack[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const parsed = parsePack(await readFile(join(folder, name), 'utf8'), relative('.', name));
    if (parsed.ok) packs.push(parsed.pack);
    else
      for (const { file, line, field, message } of parsed.problems)
        problems.push(`${file}:${line} ${field} ${message}`);
  }
  if (problems.length > 0) throw new Error(`policy packs can't be used:\n${problems.join('\n')}`);
  return packs.filter((pack) => pack.homePool.startsWith(province.slice(0, 2)));
}

/** The packs as their files, with the examples beside them. Examples that can't be read stop the start as well. */
export async function readPackTexts(folder: string): Promise<PackText[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (file) => ({
      file,
      text: await readFile(join(folder, file), 'utf8'),
      casesText: await readCases(join(folder, dirname(file), 'cases.json')),
    })),
  );
}

async function readCases(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = parseCases(text);
  if (parsed.ok) return text;
  throw new Error(
    `examples can't be used:\n${parsed.problems.map(({ field, message }) => `${path}: ${field} ${message}`).join('\n')}`,
  );
}
