// Writes the table of settings into the README of each service: node scripts/run.mjs scripts/write-settings-tables.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { describeConfig } from '../packages/runtime/src/index.ts';
import { clearingSettings } from '../services/clearing/src/config.ts';
import { homeRegionSettings } from '../services/home-region/src/config.ts';
import { treatmentSiteSettings } from '../services/treatment-site/src/config.ts';

const [begin, end] = ['<!-- settings: made from src/config.ts -->', '<!-- /settings -->'];

for (const [service, settings] of [
  ['clearing', clearingSettings],
  ['home-region', homeRegionSettings],
  ['treatment-site', treatmentSiteSettings],
]) {
  const file = new URL(`../services/${service}/README.md`, import.meta.url);
  const [before, rest] = readFileSync(file, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined)
    throw new Error(`${file.pathname} doesn't say where the table goes: ${begin} … ${end}`);
  writeFileSync(file, `${before}${begin}\n\n${describeConfig(settings)}\n\n${end}${after}`);
}
