/**
 * One-dimensional arrays in PostgreSQL's binary format, for `unnest($1::int8[], …)`: a Buffer parameter goes over
 * the wire as it is, with no text, quoting or hex (0.8 of the rate without, docs/decisions/0004). The SQL casts
 * each parameter, which tells the server the type.
 */

const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25 } as const;
const HEADER_BYTES = 20;

export function int8Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int8, 8, values, (buffer, at, value) => {
    // Two halves instead of writeBigInt64BE: no bigint is made.
    const high = Math.floor(value / 0x1_0000_0000);
    buffer.writeInt32BE(high, at);
    buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
  });
}

export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int4, 4, values, (buffer, at, value) => buffer.writeInt32BE(value, at));
}

export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int2, 2, values, (buffer, at, value) => buffer.writeInt16BE(value, at));
}

export function boolArray(values: readonly (boolean | null)[]): Buffer {
  return fixed(OID.bool, 1, values, (buffer, at, value) => buffer.writeUInt8(value ? 1 : 0, at));
}

export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  let size = HEADER_BYTES + 4 * values.length;
  for (const value of values) size += value?.length ?? 0;
  const buffer = header(OID.bytea, values, size);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = buffer.writeInt32BE(value ? value.length : -1, at);
    if (value) {
      buffer.set(value, at);
      at += value.length;
    }
  }
  return buffer;
}

export function textArray(values: readonly (string | null)[]): Buffer {
  let size = HEADER_BYTES + 4 * values.length;
  for (const value of values) size += value === null ? 0 : Buffer.byteLength(value);
  const buffer = header(OID.text, values, size);
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
    } else {
      const written = buffer.write(value, at + 4);
      buffer.writeInt32BE(written, at);
      at += 4 + written;
    }
  }
  return buffer;
}

function fixed<Value>(
  oid: number,
  width: number,
  values: readonly (Value | null)[],
  write: (buffer: Buffer, at: number, value: Value) => void,
): Buffer {
  let size = HEADER_BYTES;
  for (const value of values) size += value === null ? 4 : 4 + width;
  const buffer = header(oid, values, size);
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
    } else {
      at = buffer.writeInt32BE(width, at);
      write(buffer, at, value);
      at += width;
    }
  }
  return buffer;
}

function header(oid: number, values: readonly unknown[], size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}
