import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { allFilesOf, relativeReferences, unitsOf } from './source-tree.ts';

/** Source files that neither an entry point nor, for helpers of tests, a test can reach. */
export function deadFiles(root: string): readonly string[] {
  const files = unitsOf(root).flatMap((unit) => allFilesOf(root, unit));
  const byPath = new Map(files.map((file) => [file.fullPath, file]));
  const product = reachable(byPath, [...entryPoints(root), ...namedByScripts(root)]);
  const tests = files.filter((file) => /\.test\.ts$/.test(file.path)).map((file) => file.fullPath);
  const all = reachable(byPath, [...product, ...tests]);
  // A file of src/ that only tests reach is dead weight in the product.
  return files
    .filter(({ path }) => !/\/generated\//.test(path))
    .filter((file) => !(file.isTest ? all : product).has(file.fullPath))
    .map((file) => file.path);
}

function entryPoints(root: string): readonly string[] {
  return unitsOf(root).flatMap((unit) => [
    ...Object.values({ ...unit.manifest.exports, ...unit.manifest.bin }).map((path) =>
      resolve(unit.folder, path),
    ),
    join(unit.folder, 'src/main.ts'),
    ...Object.values(unit.manifest.scripts ?? {}).flatMap((line) =>
      [...line.matchAll(/[\w./-]+\.ts\b/g)].map(([path]) => resolve(unit.folder, path)),
    ),
  ]);
}

/** Scripts, benchmarks and tests across packages start product files by path; so do commands in a document. */
function namedByScripts(root: string): readonly string[] {
  const scripts = globSync(
    ['scripts/**/*.mjs', 'bench/**/*.{mjs,ts}', 'tests/**/*.ts', '{data,docs}/**/*.md'],
    {
      cwd: root,
      exclude: (path) => /node_modules|fixtures/.test(String(path)),
    },
  );
  return scripts.flatMap((script) => {
    const text = readFileSync(join(root, script), 'utf8');
    const command = script.endsWith('.md')
      ? /`node ((?:packages|services)\/[\w./-]+\.ts)/g
      : /((?:packages|services)\/[\w./-]+\.ts)/g;
    return [...text.matchAll(command)].map((match) => join(root, match[1] ?? ''));
  });
}

function reachable(
  files: ReadonlyMap<string, { readonly fullPath: string; readonly text: string }>,
  from: Iterable<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = files.get(path);
    if (file === undefined || found.has(path)) continue;
    found.add(path);
    open.push(...relativeReferences(file));
  }
  return found;
}
