import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { describeConfig } from '@yijie/runtime';
import { treatmentSiteSettings } from './config.ts';

test('the README lists every setting as it is (scripts/write-settings-tables.mjs writes the table)', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(describeConfig(treatmentSiteSettings));
});
