/** One thing about an invented person that was put into a run and must not come out anywhere. */
export interface Canary {
  /** Which person, for the report; the identity itself is never reported. */
  readonly id: string;
  readonly field: string;
  readonly value: string;
}

export interface CanaryHit {
  readonly id: string;
  readonly field: string;
  readonly encoding: string;
  /** Where in the bytes, from 0. */
  readonly at: number;
}

/**
 * Finds planted identities in raw bytes (logs, dumps, broker segments, database files) in every form in which they
 * could have been written: UTF-8, GBK, UTF-16, base64 at each of its three offsets, hexadecimal and URL form.
 * All forms of all canaries are looked for in one pass; a file that is read in pieces must overlap them by
 * `overlapBytes`.
 */
export interface CanaryScanner {
  scan(bytes: Uint8Array): CanaryHit[];
  readonly overlapBytes: number;
}

export function createCanaryScanner(canaries: readonly Canary[]): CanaryScanner {
  // By the first four bytes, then by length: identity numbers of a run all begin alike.
  const byPrefix = new Map<number, Map<number, ByContent>>();
  let overlapBytes = 0;
  for (const { id, field, value } of canaries) {
    for (const [encoding, bytes] of formsOf(value)) {
      if (bytes.length < FORM_BYTES_MIN)
        throw new Error(`canary ${id} ${field} is too short to be told from chance`);
      const byLength = getOrMake(byPrefix, bytes.readUInt32LE(0), () => new Map<number, ByContent>());
      const byContent = getOrMake(byLength, bytes.length, () => new Map<string, Needle[]>());
      getOrMake(byContent, bytes.toString('latin1'), (): Needle[] => []).push({ id, field, encoding });
      overlapBytes = Math.max(overlapBytes, bytes.length - 1);
    }
  }
  // One byte for each value of a hash of four: most places are left after one look.
  const mayBegin = new Uint8Array(1 << FILTER_BITS);
  for (const prefix of byPrefix.keys()) mayBegin[filterPlace(prefix)] = 1;

  return {
    overlapBytes,
    scan(given) {
      const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      const hits: CanaryHit[] = [];
      let window = 0;
      for (let end = 0; end < bytes.length; end += 1) {
        window = (window >>> 8) | ((bytes[end] as number) << 24);
        if (end < PREFIX_BYTES - 1 || mayBegin[filterPlace(window)] === 0) continue;
        const at = end - PREFIX_BYTES + 1;
        for (const [length, byContent] of byPrefix.get(window >>> 0) ?? []) {
          const needles = byContent.get(bytes.toString('latin1', at, at + length));
          for (const needle of needles ?? []) hits.push({ ...needle, at });
        }
      }
      return hits;
    },
  };
}

interface Needle {
  readonly id: string;
  readonly field: string;
  readonly encoding: string;
}

type ByContent = Map<string, Needle[]>;

// Taken once: this is called for every byte, and looking a global up is slow where tests run.
const { imul } = Math;
const PREFIX_BYTES = 4;
const FILTER_BITS = 22;
/** Ten thousand forms of four bytes would be met by chance every few hundred kilobytes; of six, never. */
const FORM_BYTES_MIN = 6;

function filterPlace(prefix: number): number {
  return imul(prefix, 0x9e37_79b1) >>> (32 - FILTER_BITS);
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Forms that are the same bytes are looked for once. */
function formsOf(value: string): Map<string, Buffer> {
  const forms = new Map<string, Buffer>();
  const seen = new Set<string>();
  const add = (encoding: string, bytes: Buffer) => {
    const key = bytes.toString('latin1');
    if (!seen.has(key)) forms.set(encoding, bytes);
    seen.add(key);
  };

  const utf8 = Buffer.from(value, 'utf8');
  const raw: [string, Buffer | undefined][] = [
    ['utf-8', utf8],
    ['gbk', gbkBytes(value)],
    ['utf-16le', Buffer.from(value, 'utf16le')],
    ['utf-16be', Buffer.from(value, 'utf16le').swap16()],
  ];
  for (const [encoding, bytes] of raw) {
    if (bytes === undefined) continue;
    add(encoding, bytes);
    add(`${encoding} hex`, Buffer.from(bytes.toString('hex'), 'latin1'));
    add(`${encoding} HEX`, Buffer.from(bytes.toString('hex').toUpperCase(), 'latin1'));
    for (const [shift, text] of base64Cores(bytes)) {
      add(`${encoding} base64+${shift}`, Buffer.from(text, 'latin1'));
      add(
        `${encoding} base64url+${shift}`,
        Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'), 'latin1'),
      );
    }
    add(`${encoding} url`, Buffer.from(percentEncoded(bytes, 'upper'), 'latin1'));
    add(`${encoding} url lower`, Buffer.from(percentEncoded(bytes, 'lower'), 'latin1'));
  }
  const escapes = [...value].flatMap((sign) => sign.split('')).map((unit) => unit.charCodeAt(0));
  if (escapes.some((unit) => unit > 0x7f)) {
    const json = escapes.map((unit) =>
      unit > 0x7f ? `\\u${unit.toString(16).padStart(4, '0')}` : String.fromCharCode(unit),
    );
    add('json escapes', Buffer.from(json.join(''), 'latin1'));
  }
  return forms;
}

/** The signs of base64 that don't depend on what stands before and after, for each place in a group of three. */
function base64Cores(bytes: Buffer): [number, string][] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = shift === 0 ? 0 : shift + 1;
    const isCut = (shift + bytes.length) % 3 !== 0;
    return [shift, text.slice(from, isCut ? -1 : undefined)];
  });
}

function percentEncoded(bytes: Buffer, digits: 'upper' | 'lower'): string {
  return [...bytes]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      if (/[A-Za-z0-9_.~-]/.test(sign)) return sign;
      const hex = byte.toString(16).padStart(2, '0');
      return `%${digits === 'upper' ? hex.toUpperCase() : hex}`;
    })
    .join('');
}

/** Node reads GBK and can't write it: the table is the decoder's, turned around. Undefined for signs GBK lacks. */
function gbkBytes(value: string): Buffer | undefined {
  const table = gbkTable();
  const bytes: number[] = [];
  for (const sign of value) {
    const code = table.get(sign);
    if (code === undefined) return undefined;
    if (code > 0xff) bytes.push(code >> 8);
    bytes.push(code & 0xff);
  }
  return Buffer.from(bytes);
}

const gbkTable = once(() => {
  const decoder = new TextDecoder('gbk');
  const table = new Map<string, number>();
  for (let code = 0; code < 0x80; code += 1) table.set(String.fromCharCode(code), code);
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const sign = decoder.decode(Uint8Array.of(lead, trail));
      if (sign !== '\ufffd' && [...sign].length === 1 && !table.has(sign))
        table.set(sign, (lead << 8) | trail);
    }
  }
  return table;
});

function once<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
