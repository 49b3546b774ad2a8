import { byteaArray } from '@yijie/postgres';

/** Ids are 16 bytes in the database and hexadecimal text in the core. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id, 'hex');
}

export function idArray(ids: readonly (string | undefined)[]): Buffer {
  return byteaArray(ids.map((id) => (id === undefined ? null : idBytes(id))));
}
