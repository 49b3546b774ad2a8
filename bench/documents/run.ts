// node bench/documents/run.ts [--rows <count>]: what exporting the detail of a run costs, against a plain write of it.
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { localDate, startOfDay } from '@yijie/calendar';
import { csv, type Detail, detailWorkbook } from '@yijie/documents';
import { saveResult } from '../save-result.ts';
import { median } from '../settlement/latencies.ts';
import { COLUMNS, detailBatches } from './detail-rows.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const ROWS = Number(values.rows);
const TURNS = 3;
/** Flat: the peak while the last nine tenths are written over the peak while the first tenth is. */
const MEMORY_GROWTH_MAX = 1.25;

const folder = mkdtempSync(join(tmpdir(), 'yijie-bench-'));
const ways: Readonly<Record<string, (detail: Detail) => AsyncIterable<Uint8Array>>> = {
  'plain write': (detail) => plainLines(detail),
  CSV: (detail) => csv(detail, { bom: true }),
  Excel: (detail) => detailWorkbook(detail),
};

interface Measured {
  readonly rowsPerSecond: number;
  readonly megabytes: number;
  readonly peakEarlyMb: number;
  readonly peakLateMb: number;
}

const measured: Record<string, Measured[]> = {};
try {
  // In turns, so that what else the machine does falls on all of them.
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, way] of Object.entries(ways)) {
      const result = await measure(way);
      measured[name] = [...(measured[name] ?? []), result];
      console.log(`${name.padEnd(12)} ${lineOf(result)}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const rate = (name: string) => median((measured[name] ?? []).map((one) => one.rowsPerSecond));
const growth = (name: string) =>
  median((measured[name] ?? []).map((one) => one.peakLateMb / one.peakEarlyMb));
const summary = Object.fromEntries(
  Object.keys(ways).map((name) => [
    name,
    {
      rowsPerSecond: Math.round(rate(name)),
      timesPlain: rate('plain write') / rate(name),
      memoryGrowth: growth(name),
    },
  ]),
);
const met = Object.values(summary).every(({ memoryGrowth }) => memoryGrowth <= MEMORY_GROWTH_MAX);
saveResult('documents', {
  rows: ROWS,
  columns: COLUMNS.length,
  summary,
  memoryGrowthMax: MEMORY_GROWTH_MAX,
  met,
  measured,
});
console.table(summary);
process.exitCode = met ? 0 : 1;

async function measure(way: (detail: Detail) => AsyncIterable<Uint8Array>): Promise<Measured> {
  const path = join(folder, 'detail');
  const peaks = { early: 0, late: 0 };
  const detail: Detail = {
    title: '结算明细',
    columns: COLUMNS,
    createdAt: startOfDay(localDate('2026-04-21')),
    batches: detailBatches(ROWS),
    progress: (done) => {
      const part = done <= ROWS / 10 ? 'early' : 'late';
      peaks[part] = Math.max(peaks[part], process.memoryUsage.rss());
    },
  };
  const start = performance.now();
  await pipeline(Readable.from(way(detail), { objectMode: false }), createWriteStream(path));
  const seconds = (performance.now() - start) / 1_000;
  return {
    rowsPerSecond: ROWS / seconds,
    megabytes: statSync(path).size / 1e6,
    peakEarlyMb: peaks.early / 1e6,
    peakLateMb: peaks.late / 1e6,
  };
}

/** The floor: the same values joined by commas, fen as they are, nothing quoted. */
async function* plainLines({ batches, progress }: Detail): AsyncGenerator<Uint8Array> {
  let rows = 0;
  for await (const batch of batches) {
    let text = '';
    for (const row of batch) text += `${row.join(',')}\n`;
    yield Buffer.from(text);
    rows += batch.length;
    progress?.(rows);
  }
}

function lineOf({ rowsPerSecond, megabytes, peakEarlyMb, peakLateMb }: Measured): string {
  const memory = `peak ${peakEarlyMb.toFixed(0)} MB in the first tenth, ${peakLateMb.toFixed(0)} MB after`;
  return `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s, ${megabytes.toFixed(0)} MB, ${memory}`;
}
