import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineReader } from './bill-lines.ts';

/** Lines sorted in memory at once; a run of them takes about 50 MB. */
const RUN_LINES = 100_000;
const WRITE_BYTES = 1 << 20;

export interface SortedBills {
  readonly path: string;
  readonly remove: () => void;
}

/** Sorts a file of bills by person and date on disk: sorted runs, then one merge. Memory stays that of a run. */
export function sortBills(path: string): SortedBills {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-simulate-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const reader = new LineReader(path);
    const line = { bytes: Buffer.alloc(0), start: 0, end: 0 };
    const header = reader.next(line) ? textOf(line) : '';
    const runs: string[] = [];
    let lines: string[] = [];
    const flush = () => {
      if (lines.length === 0) return;
      const run = join(folder, `run-${runs.length}`);
      writeLines(run, '', lines.sort(byKey));
      runs.push(run);
      lines = [];
    };
    while (reader.next(line)) {
      if (line.end > line.start) lines.push(textOf(line));
      if (lines.length >= RUN_LINES) flush();
    }
    flush();
    reader.close();
    const sorted = join(folder, 'sorted');
    merge(runs, sorted, header);
    return { path: sorted, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Person and settlement date are the first two columns, so the lines themselves are the keys up to there. */
export function keyOf(text: string): string {
  return text.slice(0, text.indexOf(',', text.indexOf(',') + 1));
}

function byKey(a: string, b: string): number {
  const keyA = keyOf(a);
  const keyB = keyOf(b);
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

interface Run {
  readonly reader: LineReader;
  text: string;
  key: string;
}

function merge(paths: readonly string[], target: string, header: string): void {
  const line = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  const advance = (run: Run): boolean => {
    if (!run.reader.next(line)) return false;
    run.text = textOf(line);
    run.key = keyOf(run.text);
    return true;
  };
  const heap: Run[] = [];
  for (const path of paths) {
    const run: Run = { reader: new LineReader(path, 1 << 16), text: '', key: '' };
    if (advance(run)) heap.push(run);
    else run.reader.close();
  }
  const out = new LineWriter(target);
  out.write(header);
  for (let index = Math.floor(heap.length / 2) - 1; index >= 0; index--) siftDown(heap, index);
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    out.write(first.text);
    if (!advance(first)) {
      first.reader.close();
      const last = heap.pop() as Run;
      if (heap.length > 0) heap[0] = last;
    }
    siftDown(heap, 0);
  }
  out.close();
}

function siftDown(heap: Run[], from: number): void {
  let parent = from;
  for (;;) {
    let least = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2])
      if (child < heap.length && (heap[child] as Run).key < (heap[least] as Run).key) least = child;
    if (least === parent) return;
    const moved = heap[parent] as Run;
    heap[parent] = heap[least] as Run;
    heap[least] = moved;
    parent = least;
  }
}

class LineWriter {
  readonly #file: number;
  #pending: string[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(text: string): void {
    this.#pending.push(text);
    this.#pendingBytes += text.length + 1;
    if (this.#pendingBytes >= WRITE_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#pending.length > 0) writeSync(this.#file, `${this.#pending.join('\n')}\n`, null, 'latin1');
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function writeLines(path: string, header: string, lines: readonly string[]): void {
  const out = new LineWriter(path);
  if (header !== '') out.write(header);
  for (const text of lines) out.write(text);
  out.close();
}

function textOf({ bytes, start, end }: { bytes: Buffer; start: number; end: number }): string {
  return bytes.toString('latin1', start, end);
}
