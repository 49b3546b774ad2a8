/** Half-open ranges of line numbers, flat and ascending: [from, until, from, until, …]. */
export type LineRanges = readonly number[];

export function rangesOf(lineNumbers: Iterable<number>): LineRanges {
  const sorted = [...new Set(lineNumbers)].sort((a, b) => a - b);
  const ranges: number[] = [];
  for (const line of sorted) {
    if (ranges.at(-1) === line) ranges[ranges.length - 1] = line + 1;
    else ranges.push(line, line + 1);
  }
  return ranges;
}

export function containsLine(ranges: LineRanges, line: number): boolean {
  let low = 0;
  let high = ranges.length;
  // The number of bounds that are ≤ line is odd inside a range and even outside.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as number) <= line) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

export function* linesIn(ranges: LineRanges): Generator<number> {
  for (let at = 0; at < ranges.length; at += 2) {
    for (let line = ranges[at] as number; line < (ranges[at + 1] as number); line += 1) yield line;
  }
}

export function addRanges(a: LineRanges, b: LineRanges): LineRanges {
  const pairs = [...pairsOf(a), ...pairsOf(b)].sort((left, right) => left[0] - right[0]);
  const merged: number[] = [];
  for (const [from, until] of pairs) {
    const end = merged.at(-1);
    if (end !== undefined && from <= end) merged[merged.length - 1] = Math.max(end, until);
    else merged.push(from, until);
  }
  return merged;
}

export function removeLines(ranges: LineRanges, lines: ReadonlySet<number>): LineRanges {
  return rangesOf([...linesIn(ranges)].filter((line) => !lines.has(line)));
}

function pairsOf(ranges: LineRanges): [number, number][] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += 2) pairs.push([ranges[at] as number, ranges[at + 1] as number]);
  return pairs;
}
