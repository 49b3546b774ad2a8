// npm run check: everything that is looked at without running the product.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Runs every step, prints a line for each, and returns the names of those that failed. */
export function runChecks() {
  return steps()
    .filter(({ name, command, args }) => {
      const begin = performance.now();
      const run = spawnSync(command, args, {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
      });
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      const failed = run.status !== 0;
      console.log(`  ${failed ? 'FAILED' : 'ok'}  ${name} (${seconds} s)`);
      if (failed) console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`);
      return failed;
    })
    .map(({ name }) => name);
}

function steps() {
  const baseline = 'proto/baseline.binpb';
  const generate = 'scripts/generate.mjs';
  return [
    { name: 'format and lint', command: bin('biome'), args: ['check', '--error-on-warnings'] },
    { name: 'types', command: bin('tsc'), args: ['-p', '.'] },
    { name: 'proto lint', command: bin('buf'), args: ['lint', 'proto'] },
    ...(existsSync(join(root, baseline))
      ? [
          {
            name: 'proto compatible',
            command: bin('buf'),
            args: ['breaking', 'proto', '--against', baseline],
          },
        ]
      : []),
    ...(existsSync(join(root, generate))
      ? [{ name: 'generated code fresh', command: process.execPath, args: [generate, '--check'] }]
      : []),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (runChecks().length > 0) process.exitCode = 1;
}
