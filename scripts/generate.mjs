// npm run generate: makes everything that is made from proto/. With --check it only says whether that is up to date.
// With --baseline it also writes proto/baseline.binpb, what `buf breaking` compares with: after a release, not before.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');
/** Generated folders, each as a whole: what isn't made any more disappears. */
const CONTRACTS = 'packages/contracts/src/generated';
const BENCH = 'bench/conversion/generated';
const BASELINE = 'proto/baseline.binpb';

const isCheck = argv.includes('--check');
const made = mkdtempSync(join(tmpdir(), 'yijie-generate-'));
try {
  generate(made);
  const stale = [CONTRACTS, BENCH].flatMap((folder) => differences(folder));
  if (isCheck) {
    for (const file of stale) console.log(`not up to date: ${file}`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    for (const folder of [CONTRACTS, BENCH]) {
      rmSync(join(root, folder), { recursive: true, force: true });
      cpSync(join(made, folder), join(root, folder), { recursive: true });
    }
    for (const file of stale) console.log(`made ${file}`);
    if (argv.includes('--baseline')) run('buf', ['build', 'proto', '-o', join(root, BASELINE)]);
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}

function generate(into) {
  const contracts = join(into, CONTRACTS);
  mkdirSync(contracts, { recursive: true });
  // buf takes the output folder relative to its own template, and the template names the plugin alone.
  const template = readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8');
  const here = join(into, 'buf.gen.yaml');
  writeFileSync(here, template.replace(/^( *out: ).*$/m, `$1${contracts}`));
  run('buf', ['generate', 'proto', '--template', here]);
  for (const file of filesIn(contracts)) rewrite(join(contracts, file));
  run('buf', ['build', 'proto', '-o', join(contracts, 'descriptor.binpb')]);

  const bench = join(into, BENCH);
  mkdirSync(bench, { recursive: true });
  run('pbjs', [
    ...['--target', 'static-module', '--wrap', 'esm', '--no-encode', '--no-create', '--no-verify'],
    ...['--no-convert', '--no-delimited', '--no-typeurl', '--dts'],
    ...['--out', join(bench, 'slim-charges.js'), 'bench/conversion/slim-charges.proto'],
  ]);
}

/** The generated code reads and writes with packages/contracts/src/wire, which is faster; see there. */
function rewrite(file) {
  const before = readFileSync(file, 'utf8');
  const after = before
    .replace('from "@bufbuild/protobuf/wire"', 'from "../../../../wire/wire.ts"')
    .replaceAll('reader.skip(tag & 7)', 'reader.skipType(tag & 7)')
    .replaceAll('.join()', '.ldelim()')
    .replaceAll(/longToNumber\((reader\.\w+\(\))\)/g, '$1')
    .replace(/\nfunction longToNumber[\s\S]*?\n}\n/, '');
  if (/@bufbuild|longToNumber|reader\.skip\(|\.join\(/.test(after)) {
    throw new Error(`${file}: the generator writes something new that wire/ must be taught`);
  }
  writeFileSync(file, after);
}

function differences(folder) {
  const old = existsSync(join(root, folder)) ? filesIn(join(root, folder)) : [];
  const fresh = filesIn(join(made, folder));
  return [...new Set([...old, ...fresh])]
    .filter((file) => {
      const [here, there] = [join(root, folder, file), join(made, folder, file)];
      return !existsSync(here) || !existsSync(there) || !readFileSync(here).equals(readFileSync(there));
    })
    .map((file) => join(folder, file));
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(join(binaries, command), args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: [binaries, dirname(process.execPath), process.env.PATH].join(delimiter) },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
}
