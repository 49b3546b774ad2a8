/** The bytes aren't a protobuf message of the expected type. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Reads the protobuf wire format straight from bytes, for the few messages whose decoding is most of the work. Numbers
 * come as doubles: signed ones exact to 2^52, beyond that about as large, so that a range check still refuses them.
 */
export class ProtoReader {
  bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.position++] as number;
    if (byte < 0x80) return byte;
    let low = byte & 0x7f;
    byte = bytes[this.position++] as number;
    if (byte < 0x80) return low | (byte << 7);
    low |= (byte & 0x7f) << 7;
    byte = bytes[this.position++] as number;
    if (byte < 0x80) return low | (byte << 14);
    low |= (byte & 0x7f) << 14;
    byte = bytes[this.position++] as number;
    if (byte < 0x80) return low | (byte << 21);
    low |= (byte & 0x7f) << 21;
    return this.longVarint(low);
  }

  /** The rest of a varint after 28 bits. */
  private longVarint(low: number): number {
    let value = low;
    let weight = 0x1000_0000;
    for (let further = 0; further < 6; further++) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 0x80;
    }
    throw new WireError('a number has no end');
  }

  /** An int32; one that is negative or doesn't fit comes as −1, which no field here allows. */
  int32(): number {
    const value = this.varint();
    return value <= 0x7fff_ffff ? value : -1;
  }

  sint64(): number {
    const value = this.varint();
    if (value <= 0x7fff_ffff) return (value >>> 1) ^ -(value & 1);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The position after the length-delimited field that begins here. */
  delimitedEnd(): number {
    const length = this.varint();
    const end = this.position + length;
    if (!(end <= this.bytes.length)) throw new WireError('a field is longer than its message');
    return end;
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.position += 8;
        return;
      case 2:
        this.position = this.delimitedEnd();
        return;
      case 5:
        this.position += 4;
        return;
      default:
        throw new WireError(`wire type ${tag & 7}`);
    }
  }

  /** Checks that a message ended where its length said. */
  finish(end: number): void {
    if (this.position !== end) throw new WireError('a message ends inside a field');
  }
}
