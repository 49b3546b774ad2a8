import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { errorCatalogue } from '../src/index.ts';
import { renderErrorPage } from './error-page.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

describe('docs/errors.md', () => {
  test('is what the catalogue says: run `node scripts/run.mjs scripts/write-error-page.mjs`', () => {
    expect(page).toBe(renderErrorPage());
  });

  test('names every code of the catalogue, and the catalogue every code of the page', () => {
    const onPage = [...page.matchAll(/^\| `([A-Z0-9-]+)` \|/gm)].map((match) => match[1]);
    expect(onPage.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted());
  });
});
