import { mkdtemp, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { openFileKeyStore } from './file-key-store.ts';
import { dataKeyId, lookupKeyId } from './key-store.ts';

const entropy = systemIds(systemClock(), systemRandom());

describe('keys in files', () => {
  test('keys come back the same, in order, and making one twice keeps the first', async () => {
    const { open } = await newFolder();
    const store = await open();
    expect(await store.load('data')).toEqual([]);
    await store.ensure('data', dataKeyId('430000', 2027));
    await store.ensure('data', dataKeyId('430000', 2026));
    const first = await store.load('data');
    await Promise.all([1, 2, 3].map(() => store.ensure('data', '430000-2026')));
    expect(await (await open()).load('data')).toEqual(first);
    expect(first.map(({ keyId }) => keyId)).toEqual(['430000-2026', '430000-2027']);
    expect(first[0]!.bytes).toHaveLength(32);
    expect(first[0]!.bytes.equals(first[1]!.bytes)).toBe(false);
  });

  test('files hold no key in clear and only their owner reads them', async () => {
    const { folder, open } = await newFolder();
    const store = await open();
    await store.ensure('lookup', lookupKeyId('430000', 1));
    const file = join(folder, 'lookup', '430000-1.key');
    const [key] = await store.load('lookup');
    expect((await readFile(file)).includes(key!.bytes)).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('a destroyed key is gone', async () => {
    const { open } = await newFolder();
    const store = await open();
    await store.ensure('data', '430000-2026');
    await store.destroy('data', '430000-2026');
    expect(await store.load('data')).toEqual([]);
  });

  test.each([
    [
      'another key-encryption key',
      async ({ keyFile }: Paths) => writeFile(keyFile, Buffer.alloc(32, 1).toString('base64')),
    ],
    ['another file name', async ({ file }: Paths) => rename(file, file.replace('2026', '2027'))],
    [
      'a flipped byte',
      async ({ file }: Paths) => {
        const content = await readFile(file);
        content[20]! ^= 1;
        await writeFile(file, content);
      },
    ],
  ])('%s is refused with the file that is meant', async (_, change) => {
    const { folder, keyFile, open } = await newFolder();
    await (await open()).ensure('data', '430000-2026');
    await change({ keyFile, file: join(folder, 'data', '430000-2026.key') });
    await expect((await open()).load('data')).rejects.toThrow(
      /the key file .*430000-202[67]\.key doesn't open/,
    );
  });

  test('a missing or short key-encryption key says what is wanted', async () => {
    const { keyFile, open } = await newFolder();
    await writeFile(keyFile, 'c2hvcnQ=');
    await expect(open()).rejects.toThrow('5 bytes instead of 32');
    await expect(
      openFileKeyStore({ folder: '.', keyEncryptionKeyFile: '/nowhere', profile: 'production', entropy }),
    ).rejects.toThrow('32 bytes in base64');
  });

  test('a key id can not leave the folder', async () => {
    const { open } = await newFolder();
    await expect((await open()).ensure('data', '../outside')).rejects.toThrow('not a key id');
  });
});

interface Paths {
  readonly keyFile: string;
  readonly file: string;
}

async function newFolder() {
  const root = await mkdtemp(join(tmpdir(), 'yijie-keys-'));
  const keyFile = join(root, 'key-encryption.key');
  const folder = join(root, 'keys');
  await writeFile(keyFile, Buffer.alloc(32, 5).toString('base64'));
  return {
    folder,
    keyFile,
    open: () => openFileKeyStore({ folder, keyEncryptionKeyFile: keyFile, profile: 'production', entropy }),
  };
}
