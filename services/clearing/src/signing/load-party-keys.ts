import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PartyKey } from './sm2-signer.ts';

const file = z.record(
  z.string().regex(/^\d{6}P?$/, 'is no party: six digits, or those of a province with P for its platform'),
  z.object({
    keyId: z.string().min(1).max(100),
    privateKey: z.string().regex(/^[0-9a-f]{64}$/, 'is no SM2 key: 64 hexadecimal digits'),
  }),
);

/** SM2 keys of parties from a JSON file: `{ "430000": { "keyId": "…", "privateKey": "…" } }`. Without a file nobody signs. */
export async function loadPartyKeys(path: string | undefined): Promise<ReadonlyMap<string, PartyKey>> {
  if (path === undefined) return new Map();
  const read = file.safeParse(JSON.parse(await readFile(path, 'utf8')));
  // What zod found is told without the values: they are private keys.
  if (!read.success)
    throw new Error(
      `party keys: ${read.error.issues.map(({ path: at, message }) => `${at.join('.')} ${message}`).join('; ')}`,
    );
  return new Map(Object.entries(read.data));
}
