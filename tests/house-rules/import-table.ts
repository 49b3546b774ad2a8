import { filesOf, importsOf, type SourceFile, type Unit, unitsOf } from './source-tree.ts';

/** Values in, values out: no input or output, no clock, no chance. They may import each other. */
const pure = ['money', 'codes', 'errors', 'calendar', 'catalogue', 'policy', 'filing', 'clearing'];

/** Libraries that only compute, so that a pure package stays pure with them. */
const computing = ['zod', 'yaml', 'chinese-days'];

/** One adapter for one outside thing each; beside the pure packages they may import these. */
const shell: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  runtime: ['contracts'],
  postgres: ['runtime'],
  bus: ['runtime'],
  security: ['contracts', 'runtime', 'postgres'],
  exchange: ['bus', 'contracts', 'postgres', 'runtime', 'security'],
  service: ['bus', 'contracts', 'exchange', 'postgres', 'runtime', 'security'],
  documents: [],
  'reference-data': [],
  'local-cluster': ['runtime', 'security'],
  testkit: ['local-cluster', 'runtime'],
  cli: ['contracts', 'documents', 'local-cluster', 'postgres', 'reference-data', 'runtime', 'security'],
};

/** Only tests and the commands of a developer start servers. */
const neverInServices = ['testkit', 'local-cluster', 'cli'];

/** Every import that breaks the table of ARCHITECTURE.md, as `file: what is wrong`. */
export function brokenImports(root: string): readonly string[] {
  const units = unitsOf(root);
  return units.flatMap((unit) => [
    ...unknownUnit(unit),
    ...filesOf(root, unit).flatMap((file) =>
      importsOf(file.text)
        .flatMap((name) => problems(file, name, units))
        .map((problem) => `${file.path}: ${problem}`),
    ),
  ]);
}

function unknownUnit(unit: Unit): readonly string[] {
  if (unit.group === 'services' || pure.includes(unit.name) || unit.name in shell) return [];
  return [`packages/${unit.name}: is neither in the list of pure packages nor in that of shell packages`];
}

function problems(file: SourceFile, imported: string, units: readonly Unit[]): readonly string[] {
  if (imported.startsWith('.')) return relativeProblems(file, imported);
  if (imported.startsWith('node:')) return builtInProblems(file, imported);
  const name = packageName(imported);
  const target = units.find((unit) => unit.manifest.name === name);
  return [
    ...(target === undefined ? outsideProblems(file, name) : workspaceProblems(file, imported, target)),
    ...undeclared(file, name),
  ];
}

function relativeProblems({ unit, isTest, fullPath }: SourceFile, imported: string): readonly string[] {
  const target = new URL(imported, `file://${fullPath}`).pathname;
  if (!target.startsWith(`${unit.folder}/`)) return [`reaches out of its package with ${imported}`];
  if (!isTest && target === `${unit.folder}/src/index.ts`)
    return ['imports its own index instead of the file'];
  return [];
}

function builtInProblems({ unit, isTest }: SourceFile, imported: string): readonly string[] {
  return isPure(unit) && !isTest ? [`a pure package imports ${imported}`] : [];
}

function outsideProblems({ unit, isTest }: SourceFile, name: string): readonly string[] {
  return isPure(unit) && !isTest && !computing.includes(name) ? [`a pure package imports ${name}`] : [];
}

function workspaceProblems(file: SourceFile, imported: string, target: Unit): readonly string[] {
  const { unit, isTest } = file;
  const entry = `.${imported.slice(target.manifest.name.length)}`;
  if (target.manifest.exports?.[entry] === undefined)
    return [`${imported} isn't exported by ${target.manifest.name}`];
  if (target.group === 'services') return [`imports the service ${target.name}`];
  if (isTest) return [];
  if (unit.group === 'services') {
    return neverInServices.includes(target.name) ? [`a service imports ${target.name}`] : [];
  }
  if (isPure(target)) return [];
  if (isPure(unit)) return [`a pure package imports the shell package ${target.name}`];
  return shell[unit.name]?.includes(target.name) ? [] : [`${unit.name} may not import ${target.name}`];
}

function undeclared({ unit, isTest }: SourceFile, name: string): readonly string[] {
  const { dependencies, optionalDependencies, devDependencies } = unit.manifest;
  const declared = { ...dependencies, ...optionalDependencies, ...(isTest ? devDependencies : {}) };
  // The test framework and the property generator are the root's, for all tests.
  if (isTest && ['@jest/globals', 'fast-check'].includes(name)) return [];
  return name in declared || name === unit.manifest.name ? [] : [`${name} isn't in its package.json`];
}

function isPure(unit: Unit): boolean {
  return unit.group === 'packages' && pure.includes(unit.name);
}

function packageName(imported: string): string {
  return imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');
}
