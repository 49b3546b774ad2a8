import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCase } from '../src/cases/run-case.ts';
import { parseCases } from '../src/cases/worked-case.ts';
import { packOf } from './published-packs.ts';

/** The example of docs/policy-authoring.md, as it is printed there. */
const page = readFileSync(join(import.meta.dirname, '../../../docs/policy-authoring.md'), 'utf8');

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(page);
  if (!found?.[1]) throw new Error(`no ${language} block in the page`);
  return found[1];
}

describe('docs/policy-authoring.md', () => {
  const pack = packOf(block('yaml'), 'docs/policy-authoring.md');
  const cases = parseCases(block('json'));

  test('its pack is right', () => {
    expect(pack.version).toBe('370900-employee@2025-01-01');
  });

  test('its examples are well formed', () => {
    expect(cases.ok ? [] : cases.problems).toEqual([]);
  });

  test.each(cases.ok ? cases.file.cases : [])('its example $id comes out as printed', (worked) => {
    expect(cases.ok && runCase(pack, cases.file, worked)).toEqual({
      id: worked.id,
      ok: true,
      differences: [],
    });
  });
});
