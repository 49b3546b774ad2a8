/**
 * Item codes are compared and hashed in words of four UTF-8 bytes, the first byte lowest and the last word filled up with
 * zeros. The hash is MurmurHash3 (32 bits) over the words; the length in bytes is kept and compared beside it.
 */
export function hashWords(words: Int32Array, start: number, end: number): number {
  let hash = 0;
  for (let position = start; position < end; position++) {
    let mixed = Math.imul(words[position] as number, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    hash ^= Math.imul(mixed, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Writes `bytes[start … end)` as words from `at` on and returns the position after the last word. */
export function writeWords(
  bytes: Uint8Array,
  start: number,
  end: number,
  words: Int32Array,
  at: number,
): number {
  let position = start;
  let word = at;
  for (; position + 4 <= end; position += 4) {
    words[word++] =
      (bytes[position] as number) |
      ((bytes[position + 1] as number) << 8) |
      ((bytes[position + 2] as number) << 16) |
      ((bytes[position + 3] as number) << 24);
  }
  if (position === end) return word;
  let rest = 0;
  for (let shift = 0; position < end; shift += 8) rest |= (bytes[position++] as number) << shift;
  words[word++] = rest;
  return word;
}

/** The same for a text; one with anything but ASCII is encoded first. Returns the length in bytes. */
export function writeTextWords(text: string, words: Int32Array, at: number): number {
  const { length } = text;
  let word = at;
  for (let position = 0; position < length; word++) {
    let filled = 0;
    for (let shift = 0; shift < 32 && position < length; shift += 8) {
      const unit = text.charCodeAt(position++);
      if (unit > 0x7f) {
        const bytes = ENCODER.encode(text);
        writeWords(bytes, 0, bytes.length, words, at);
        return bytes.length;
      }
      filled |= unit << shift;
    }
    words[word] = filled;
  }
  return length;
}

/** Words of a code of so many bytes. */
export function wordCount(bytes: number): number {
  return (bytes + 3) >>> 2;
}

const ENCODER = new TextEncoder();
