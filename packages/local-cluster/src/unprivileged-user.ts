import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PartError } from './part.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root we hand it to the system's `postgres` user, made when missing;
 * as anybody else no change of user is needed (undefined).
 */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUp('postgres');
  if (known !== undefined) return known;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
  const made = lookUp('postgres') ?? lookUp('nobody');
  if (made !== undefined) return made;
  throw new PartError(
    'PostgreSQL refuses to run as root and no other user could be made. Create one: `useradd --system postgres`.',
  );
}

/**
 * A folder that the user can reach: the wanted one, or one in the temporary folder when a parent is closed to them
 * (a clone in /root, for example).
 */
export function reachableFolder(wanted: string, user: User | undefined): string {
  mkdirSync(dirname(wanted), { recursive: true });
  if (user === undefined || canEnter(dirname(wanted), user)) return wanted;
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return join(tmpdir(), `yijie-postgres-${name}`);
}

/** The folder itself, or a copy of it that the user can reach. */
export function reachableCopy(folder: string, user: User | undefined): string {
  if (user === undefined || canEnter(folder, user)) return folder;
  const copy = reachableFolder(folder, user);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(partial, copy);
    } catch (error) {
      // Somebody else finished the same copy first; theirs is as good.
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return copy;
}

function canEnter(folder: string, user: User): boolean {
  return spawnSync('test', ['-x', folder], { uid: user.uid, gid: user.gid, cwd: '/' }).status === 0;
}

function lookUp(name: string): User | undefined {
  const uid = Number.parseInt(spawnSync('id', ['-u', name], { encoding: 'utf8' }).stdout, 10);
  const gid = Number.parseInt(spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout, 10);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0 ? { uid, gid } : undefined;
}
