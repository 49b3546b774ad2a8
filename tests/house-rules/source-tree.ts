import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A package or service of the workspace. */
export interface Unit {
  /** `money`, `treatment-site`. */
  readonly name: string;
  readonly group: 'packages' | 'services';
  readonly folder: string;
  readonly manifest: Manifest;
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface SourceFile {
  readonly unit: Unit;
  /** From the root of the repository, for messages. */
  readonly path: string;
  readonly fullPath: string;
  readonly text: string;
  /** Tests and what only tests use. */
  readonly isTest: boolean;
}

export function unitsOf(root: string): readonly Unit[] {
  return globSync('{packages,services}/*/package.json', { cwd: root })
    .sort()
    .map((manifestPath) => {
      const folder = dirname(manifestPath);
      const [group = '', name = ''] = folder.split('/');
      return {
        name,
        group: group === 'services' ? 'services' : 'packages',
        folder: join(root, folder),
        manifest: JSON.parse(readFileSync(join(root, manifestPath), 'utf8')) as Manifest,
      };
    });
}

/** Every TypeScript file of a unit that somebody wrote. */
export function filesOf(root: string, unit: Unit): readonly SourceFile[] {
  return allFilesOf(root, unit).filter(({ path }) => !/\/generated\//.test(path));
}

/** The generated ones as well. */
export function allFilesOf(root: string, unit: Unit): readonly SourceFile[] {
  return globSync('{src,test}/**/*.ts', { cwd: unit.folder })
    .filter((path) => !/(^|\/)(node_modules|fixtures)\//.test(path))
    .sort()
    .map((path) => {
      const fullPath = join(unit.folder, path);
      return {
        unit,
        path: relative(root, fullPath),
        fullPath,
        text: readFileSync(fullPath, 'utf8'),
        isTest: path.startsWith('test/') || /\.test\.ts$/.test(path),
      };
    });
}

/** The module names that a file imports or re-exports from, types included; relative ones as written. */
export function importsOf(text: string): readonly string[] {
  const found = [
    ...text.matchAll(/^[ \t]*(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^[ \t]*import\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
  ];
  // A name with a placeholder stands in a template that writes code, and is no import of this file.
  return found.map((match) => match[1] ?? '').filter((name) => !name.includes('${'));
}

/** Files named by a relative path in the text: imports, and processes or workers started by it. */
export function relativeReferences(file: Pick<SourceFile, 'fullPath' | 'text'>): readonly string[] {
  return [...file.text.matchAll(/['"`]([\w./-]+\.ts)['"`]/g)]
    .map((match) => resolve(dirname(file.fullPath), match[1] ?? ''))
    .filter((path) => existsSync(path));
}
