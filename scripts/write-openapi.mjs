// Writes docs/openapi/home-region.json from the routes of the service: node scripts/run.mjs scripts/write-openapi.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '../services/home-region/src/inbound/http/openapi.ts';

mkdirSync(new URL('../docs/openapi/', import.meta.url), { recursive: true });
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;
writeFileSync(new URL('../docs/openapi/home-region.json', import.meta.url), text);
