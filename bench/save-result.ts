import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./results/', import.meta.url));

/** Keeps the newest result of a benchmark as bench/results/<name>.json. */
export function saveResult(name: string, result: object): void {
  mkdirSync(folder, { recursive: true });
  const [load = 0] = loadavg();
  const note = { at: new Date().toISOString(), loadAverage: rounded(load), ...result };
  const text = JSON.stringify(note, (_key, value) => (typeof value === 'number' ? rounded(value) : value), 2);
  writeFileSync(`${folder}${name}.json`, `${text}\n`);
}

/** Three places of a large number say nothing, and of a small one a lot. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5));
}
