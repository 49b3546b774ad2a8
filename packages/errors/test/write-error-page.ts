import { writeFileSync } from 'node:fs';
import { renderErrorPage } from './error-page.ts';

writeFileSync(new URL('../../../docs/errors.md', import.meta.url), renderErrorPage());
