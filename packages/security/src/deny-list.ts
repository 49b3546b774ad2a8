import { readFile } from 'node:fs/promises';
import { normalSerial } from './certificate-identity.ts';

/** Serial numbers of certificates that were withdrawn before their end. Asked on every call. */
export interface DenyList {
  has(serial: string): boolean;
  replace(serials: Iterable<string>): void;
}

export function createDenyList(serials: Iterable<string> = []): DenyList {
  let denied = normalised(serials);
  return {
    has: (serial) => denied.has(serial),
    replace(next) {
      denied = normalised(next);
    },
  };
}

/** One serial number a line, in hexadecimal; # begins a comment. A missing file denies nobody. */
export async function readDenyList(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new Error(`the deny-list ${file} can't be read (${cause.code})`, { cause });
  });
  const serials = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const wrong = serials.find((serial) => !/^[0-9a-fA-F:\s]*$/.test(serial));
  if (wrong !== undefined)
    throw new Error(`the deny-list ${file} holds "${wrong}", which isn't a serial number`);
  return serials.filter((serial) => serial !== '');
}

function normalised(serials: Iterable<string>): Set<string> {
  return new Set([...serials].map(normalSerial));
}
