import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openApiDocument } from './openapi.ts';

const committed = readFileSync(
  new URL('../../../../../docs/openapi/home-region.json', import.meta.url),
  'utf8',
);

test('docs/openapi is what the routes say: run `node scripts/run.mjs scripts/write-openapi.mjs`', () => {
  expect(committed).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
});

test('every reference leads somewhere, and every operation has a name of its own', () => {
  const schemas = Object.keys(JSON.parse(committed).components.schemas);
  const references = [...committed.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
  expect([...new Set(references)].filter((name) => !schemas.includes(`${name}`))).toEqual([]);
  const ids = [...committed.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(committed).not.toContain('$defs');
});
