import { protobuf } from './plain-numbers.ts';

type LongReads = 'int64' | 'sint64' | 'uint64';
interface NumberReader extends Omit<InstanceType<typeof protobuf.BufferReader>, LongReads> {
  int64(): number;
  sint64(): number;
  uint64(): number;
}
/** The same class, typed as {@link protobuf} has it read: without objects for 64-bit numbers. */
const BufferReader = protobuf.BufferReader as unknown as new (buffer: Buffer) => NumberReader;

/**
 * What the generated code reads with, on the reader of protobufjs: the one that comes with the generator makes a bigint
 * and a text of every 64-bit number.
 */
export class BinaryReader extends BufferReader {
  /** Kept here by the generated code; named so that readers have one shape from the start. */
  protected readonly __tsProtoDecodeDepth = 0;

  constructor(bytes: Uint8Array) {
    super(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  override int64(): number {
    const short = this.shortVarint();
    return short >= 0 ? short : safe(super.int64());
  }

  override sint64(): number {
    const short = this.shortVarint();
    return short >= 0 ? (short >>> 1) ^ -(short & 1) : safe(super.sint64());
  }

  override uint64(): number {
    const short = this.shortVarint();
    return short >= 0 ? short : safe(super.uint64());
  }

  /** A varint of at most four bytes, as nearly all are here; −1, with nothing read, for a longer one. */
  private shortVarint(): number {
    const { buf, pos } = this;
    if (pos + 4 > this.len) return -1;
    let byte = buf[pos] as number;
    let value = byte & 0x7f;
    let read = 1;
    while (byte > 0x7f) {
      if (read === 4) return -1;
      byte = buf[pos + read] as number;
      value |= (byte & 0x7f) << (7 * read++);
    }
    this.pos = pos + read;
    return value;
  }
}

/** A number that a double holds exactly; nothing here is larger. */
function safe(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a 64-bit number out of range: ${value}`);
  return value as number;
}
