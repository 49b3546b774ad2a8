/**
 * Breaks a text into lines of at most `width` by `widthOf`: at blanks where there are any, between CJK characters
 * else. A full stop or comma never begins a line, an opening bracket never ends one.
 */
export function wrapText(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const start = (part: string) => {
    line = part === ' ' ? '' : part;
    used = widthOf(line);
  };
  for (const piece of text.match(/[\x21-\x7E]+|[^\x21-\x7E]/gu) ?? []) {
    for (const part of widthOf(piece) > width ? piece : [piece]) {
      const needed = widthOf(part);
      if (used + needed <= width) {
        line += part;
        used += needed;
        continue;
      }
      const carried = carriedTo(part, line, (text) => widthOf(text) <= width);
      lines.push(line.slice(0, line.length - carried.length).trimEnd());
      start(carried + part);
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** What of a line that ends goes along with the next one's first part; never all of it, never more than fits. */
function carriedTo(part: string, line: string, fits: (text: string) => boolean): string {
  const last = [...line].pop() ?? '';
  const goesAlong = CLOSING.has(part) || OPENING.has(last);
  return goesAlong && line.length > last.length && fits(last + part) ? last : '';
}

const CLOSING: ReadonlySet<string> = new Set('，。；：、！？）》”〕】,.;:');
const OPENING: ReadonlySet<string> = new Set('（《“〔【');
