// Installs the packages when they are missing or not those of the lock file. Runs on the host's Node.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, refuseOldHost } from './node-version.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = 'pnpm@12.21.0';

export async function ensureInstalled() {
  refuseOldHost();
  const stamp = join(root, 'node_modules', '.yijie-installed');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing the packages (about a minute, once) …');
  const { status, said } = await install();
  if (status !== 0) fail(remedy(said));
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Changes when the lock file or any package's list of dependencies changes. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    'tests/package.json',
    'bench/package.json',
  ];
  for (const group of ['packages', 'services']) {
    for (const name of readdirSync(join(root, group)).sort()) files.push(`${group}/${name}/package.json`);
  }
  for (const file of files) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function install() {
  return new Promise((resolve) => {
    // Progress goes to standard error: standard output belongs to the command that was asked for. The log level is for
    // npx itself, which .npmrc keeps quiet: what goes wrong must be heard.
    const pnpmInstall = [pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'];
    const child = spawn('npx', ['--yes', '--loglevel=error', ...pnpmInstall], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let said = '';
    const pass = (chunk) => {
      said = (said + chunk).slice(-20_000);
      process.stderr.write(chunk);
    };
    child.stdout.on('data', pass);
    child.stderr.on('data', pass);
    child.once('error', (error) => resolve({ status: 1, said: said + error.message }));
    child.once('exit', (code) => resolve({ status: code ?? 1, said }));
  });
}

function remedy(said) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|META_FETCH_FAIL/.test(said)) {
    return "The packages can't be fetched: the npm registry doesn't answer. Check the network, the proxy (`npm config get proxy`) and the registry (`npm config get registry`), and try again.";
  }
  if (/ENOSPC/.test(said))
    return 'The packages need about 1 GB of disk, and the disk is full. Free some space and try again.';
  if (/OUTDATED_LOCKFILE/.test(said))
    return 'pnpm-lock.yaml is older than a package.json. Run `npx pnpm@12.21.0 install` and commit the lock file.';
  if (/npx.*ENOENT|ENOENT.*npx/.test(said))
    return 'There is no npx beside this Node. Install Node 24 with npm (https://nodejs.org).';
  return "The packages can't be installed; the lines above say why.";
}
