import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Pack, parsePack } from '@yijie/policy';

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
