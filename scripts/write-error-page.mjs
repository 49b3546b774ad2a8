// Writes docs/errors.md from the catalogue in packages/errors: node scripts/run.mjs scripts/write-error-page.mjs
import { writeFileSync } from 'node:fs';
import { renderErrorPage } from '../packages/errors/test/error-page.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), renderErrorPage());
