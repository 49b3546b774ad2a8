/**
 * 16 bytes as the canonical text of a UUID (RFC 9562 §4: lower case, 8-4-4-4-12). The text costs 36 characters, so
 * it is made at the edges only; inside, ids are bytes.
 */
export function idToText(id: Uint8Array): string {
  if (id.length !== 16) throw new RangeError(`an id has 16 bytes, this one has ${id.length}`);
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) {
      text[at] = dash;
      at += 1;
    }
    const byte = id[index] ?? 0;
    text[at] = hexDigits[byte >>> 4] ?? 0;
    text[at + 1] = hexDigits[byte & 0xf] ?? 0;
    at += 2;
  }
  return text.toString('latin1');
}

/** The 16 bytes of a UUID in either letter case, or undefined when the text isn't one. */
export function idFromText(value: string): Uint8Array | undefined {
  if (value.length !== 36) return undefined;
  const id = new Uint8Array(16);
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) {
      if (value.charCodeAt(at) !== dash) return undefined;
      at += 1;
    }
    const high = digitValues[value.charCodeAt(at)] ?? 255;
    const low = digitValues[value.charCodeAt(at + 1)] ?? 255;
    if (high > 15 || low > 15) return undefined;
    id[index] = (high << 4) | low;
    at += 2;
  }
  return id;
}

const dash = 0x2d;
const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
/** Reused by each call: making a text is synchronous. */
const text = Buffer.alloc(36);

/** Value of each hexadecimal character by its code; 255 for the others. */
const digitValues = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  digitValues[digit.charCodeAt(0)] = value;
  digitValues[digit.toUpperCase().charCodeAt(0)] = value;
}
