// Which Node runs the product. Plain JavaScript that Node 18 can read: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that can install the packages and start the right one. */
const hostMin = [20, 0, 0];
/** Node 24 at the security release of October 2026. */
const wanted = [24, 22, 1];

export function refuseOldHost() {
  if (isAtLeast(process.versions.node, hostMin)) return;
  fail(
    `Node ${process.versions.node} is too old. Install Node 24 (https://nodejs.org), or at least Node 20, and try again.`,
  );
}

/** The host's Node when it is new enough, else the one that came with the packages. */
export function chooseNode(root) {
  if (isAtLeast(process.versions.node, wanted) && process.versions.node.startsWith('24.'))
    return process.execPath;
  const shipped = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(shipped) && spawnSync(shipped, ['--version'], { stdio: 'ignore' }).status === 0)
    return shipped;
  if (isAtLeast(process.versions.node, [24, 9, 0])) return process.execPath;
  return fail(
    `Node ${process.versions.node} is too old, and there is no Node 24 package for ${process.platform}-${process.arch}. Install Node 24 (https://nodejs.org) and try again.`,
  );
}

export function isAtLeast(version, floor) {
  const parts = version.split('.').map(Number);
  for (let i = 0; i < 3; i++) if (parts[i] !== floor[i]) return parts[i] > floor[i];
  return true;
}

export function fail(sentence) {
  console.error(`\n${sentence}`);
  process.exit(1);
}
