import { codeOnly } from './code-only.ts';
import { filesOf, type SourceFile, unitsOf } from './source-tree.ts';

interface Seam {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

/** Time, chance and surroundings come in by the ports of packages/runtime, so that a simulation can give its own. */
const seams: readonly Seam[] = [
  // A Date made from a given number is arithmetic; one made from nothing reads the clock.
  {
    what: 'the time of day',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(/,
    instead: 'the port Clock',
  },
  {
    what: 'the local time zone',
    pattern: /\.(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset)\(/,
    instead: 'LocalDate, or the UTC functions',
  },
  { what: 'performance.now', pattern: /\bperformance\b|\bprocess\.hrtime\b/, instead: 'the port Clock' },
  {
    what: 'a timer',
    pattern: /\bset(?:Timeout|Interval)\b|\bAbortSignal\.timeout\b/,
    instead: 'the port Clock',
  },
  { what: 'Math.random', pattern: /\bMath\.random\b/, instead: 'the port Random' },
  {
    what: 'random bytes',
    pattern: /\brandom(?:Bytes|UUID|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
    instead: 'the port Ids',
  },
  { what: 'process.env', pattern: /\bprocess\.env\b/, instead: 'the configuration' },
];

/** Where the real things are. Each with its reason. */
const allowed: readonly { readonly path: RegExp; readonly what?: string; readonly why: string }[] = [
  { path: /^packages\/runtime\/src\/system-[a-z]+\.ts$/, why: 'the adapters of the ports themselves' },
  {
    path: /^packages\/local-cluster\//,
    why: 'starts processes of the operating system; no part of a simulation',
  },
  { path: /^packages\/testkit\//, why: 'runs tests' },
  {
    path: /^packages\/runtime\/src\/config\.ts$/,
    what: 'process.env',
    why: 'the one reader of the environment',
  },
  {
    path: /^packages\/runtime\/src\/log-output\.ts$/,
    what: 'a timer',
    why: 'the log writes itself out, also while nothing happens',
  },
  { path: /^packages\/cli\//, why: 'commands that a person types; no part of a simulation' },
  {
    path: /^services\/[a-z-]+\/src\/main\.ts$/,
    what: 'process.env',
    why: 'the composition root hands it to the configuration',
  },
];

/** Every use of a forbidden global outside of its place, as `file: what is wrong`. */
export function brokenSeams(root: string): readonly string[] {
  return unitsOf(root)
    .flatMap((unit) => filesOf(root, unit))
    .filter((file) => !file.isTest)
    .flatMap((file) =>
      usedIn(file)
        .filter(({ what }) => !allowed.some((one) => one.path.test(file.path) && (one.what ?? what) === what))
        .map(({ what, instead }) => `${file.path}: uses ${what}; use ${instead}`),
    );
}

function usedIn(file: SourceFile): readonly Seam[] {
  // Imports count as well: what is imported under this name is used under it.
  const code = codeOnly(file.text);
  const timers = /\bfrom\s*['"]node:timers/.test(file.text);
  return seams.filter(({ what, pattern }) => pattern.test(code) || (what === 'a timer' && timers));
}
