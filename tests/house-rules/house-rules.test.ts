import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { codeOnly } from './code-only.ts';
import { deadFiles } from './dead-files.ts';
import { starExports } from './exports.ts';
import { brokenImports } from './import-table.ts';
import { brokenSeams } from './seams.ts';
import { importsOf } from './source-tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** A small workspace in which every rule is broken. */
const broken = fileURLToPath(new URL('fixtures/broken', import.meta.url));

describe('imports follow the table of ARCHITECTURE.md', () => {
  test('in this repository', () => {
    expect(brokenImports(root)).toEqual([]);
  });

  test('a workspace that breaks it is caught, line by line', () => {
    expect(brokenImports(broken)).toEqual([
      'packages/gadgets: is neither in the list of pure packages nor in that of shell packages',
      'packages/money/src/index.ts: a pure package imports node:fs',
      'packages/money/src/index.ts: a pure package imports pg',
      'packages/money/src/index.ts: a pure package imports the shell package runtime',
      'packages/postgres/src/index.ts: postgres may not import bus',
      "packages/postgres/src/index.ts: pg-cursor isn't in its package.json",
      "packages/postgres/src/index.ts: @yijie/runtime/src/inner.ts isn't exported by @yijie/runtime",
      'packages/runtime/src/clock.ts: imports its own index instead of the file',
      'services/home-region/src/main.ts: reaches out of its package with ../../../packages/money/src/index.ts',
      'services/home-region/src/main.ts: imports the service treatment-site',
      'services/home-region/src/main.ts: a service imports testkit',
    ]);
  });

  test('every form of import is seen', () => {
    const text = `
      import a from 'plain';
      import {
        b, type C,
      } from "several-lines";
      import type { D } from 'types-only';
      export { e } from 'passed-on';
      import 'for-effect';
      const f = await import('when-run');
      // import g from 'comment';
      const h = "from 'string'";`;
    expect(importsOf(text)).toEqual([
      'plain',
      'several-lines',
      'types-only',
      'passed-on',
      'for-effect',
      'when-run',
    ]);
  });
});

describe('time, chance and surroundings come in by ports', () => {
  test('in this repository', () => {
    expect(brokenSeams(root)).toEqual([]);
  });

  test('a workspace that takes them itself is caught', () => {
    expect(brokenSeams(broken)).toEqual([
      'packages/runtime/src/clock.ts: uses the time of day; use the port Clock',
      'packages/runtime/src/clock.ts: uses the local time zone; use LocalDate, or the UTC functions',
      'packages/runtime/src/clock.ts: uses performance.now; use the port Clock',
      'packages/runtime/src/clock.ts: uses a timer; use the port Clock',
      'packages/runtime/src/clock.ts: uses Math.random; use the port Random',
      'packages/runtime/src/clock.ts: uses random bytes; use the port Ids',
      'packages/runtime/src/clock.ts: uses process.env; use the configuration',
      'services/home-region/src/main.ts: uses a timer; use the port Clock',
    ]);
  });

  test('words in comments, strings and patterns are no use', () => {
    const code = codeOnly(`
      // Date
      /* setTimeout */ const a = 'Date', b = \`setTimeout \${c + \`\${kept}\`} Date\`; const d: Date = 1 / 2;
      const e = /Date['"]/.test(a) ? "Math.random" : f / g;`);
    expect(code.replace(/\s+/g, ' ').trim()).toBe(
      'const a = , b = c + kept ; const d = 1 / 2; const e = .test(a) ? : f / g;',
    );
  });
});

describe('no file is dead', () => {
  test('in this repository', () => {
    expect(deadFiles(root)).toEqual([]);
  });

  test('a file that nothing reaches, or only a test, is caught', () => {
    expect(deadFiles(broken)).toEqual([
      'packages/money/src/forgotten.ts',
      'packages/money/src/only-tested.ts',
      'packages/money/test/unused-helper.ts',
    ]);
  });
});

describe('packages name what they export', () => {
  test('in this repository', () => {
    expect(starExports(root)).toEqual([]);
  });

  test('an export * of values is caught, one of types is not', () => {
    expect(starExports(broken)).toEqual(['packages/gadgets/src/index.ts: export * of values']);
  });
});
