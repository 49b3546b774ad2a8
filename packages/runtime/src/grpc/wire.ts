/**
 * The few pieces of the protobuf wire format that the edge needs to wrap and unwrap messages without decoding them
 * (https://protobuf.dev/programming-guides/encoding/).
 */

export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes of a varint; lengths and tags of ours stay below 2^31. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  return 5;
}

/** Writes a varint below 2^31 and returns the position after it. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let position = at;
  while (rest >= 0x80) {
    target[position] = (rest & 0x7f) | 0x80;
    position += 1;
    rest >>>= 7;
  }
  target[position] = rest;
  return position + 1;
}

export const tagOf = (field: number, type: number): number => field * 8 + type;

/** Reads a message field by field; false and undefined answers mean that the bytes are no message. */
export class WireReader {
  position = 0;
  /** Of the field read last. */
  field = 0;
  type = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  readTag(): boolean {
    const tag = this.readLength();
    if (tag === undefined || tag < 8) return false;
    this.field = tag >>> 3;
    this.type = tag & 7;
    return true;
  }

  /** A varint below 2^31: a tag or a length. */
  readLength(): number | undefined {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.position];
      if (byte === undefined) return undefined;
      this.position += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value < 0x8000_0000 ? value : undefined;
    }
    return undefined;
  }

  /** A varint of any size as the bytes that it has. */
  readVarintBytes(): Uint8Array | undefined {
    const start = this.position;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.bytes[this.position];
      if (byte === undefined) return undefined;
      this.position += 1;
      if (byte < 0x80) return this.bytes.subarray(start, this.position);
    }
    return undefined;
  }

  readBytes(): Uint8Array | undefined {
    const length = this.readLength();
    if (length === undefined || this.position + length > this.bytes.length) return undefined;
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  skip(): boolean {
    if (this.type === wireType.varint) return this.readVarintBytes() !== undefined;
    if (this.type === wireType.bytes) return this.readBytes() !== undefined;
    if (this.type === wireType.fixed64) this.position += 8;
    else if (this.type === wireType.fixed32) this.position += 4;
    else return false;
    return this.position <= this.bytes.length;
  }
}
