// Writes data/catalogue/<region>.csv for the regions named on the command line: run it when a source file changes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { catalogueText } from './catalogue-text.ts';
import { DATA_FOLDER } from './data-folder.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { readSeedSources } from './seed-sources.ts';

const text = catalogueText(seedCatalogue(readSeedSources()));
for (const region of argv.slice(2)) writeFileSync(join(DATA_FOLDER, 'catalogue', `${region}.csv`), text);
