import { type Ids, idFromText } from '@yijie/runtime';

/** The 16 bytes of an id; undefined when the text is none, which is then an id that nothing has. */
export function idOf(text: string): Buffer | undefined {
  const id = idFromText(text);
  return id && Buffer.from(id.buffer, id.byteOffset, id.byteLength);
}

/** The lowest id of version 7 (RFC 9562: 48 bits of milliseconds first) made at an instant. */
export function idAt(ms: number): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(ms, 0, 6);
  return id;
}

/** A new id as the buffer that rows and messages want. */
export function newId(ids: Ids): Buffer {
  const id = ids.next();
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength);
}
