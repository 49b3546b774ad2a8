import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { PartError } from './part.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Rejects when the process ends by itself; never resolves. Race it against readiness. */
  readonly diedEarly: Promise<never>;
  isRunning(): boolean;
  /** Sends the signal, and SIGKILL if the process is still there after `graceMs`; resolves when it has ended. */
  end(signal: NodeJS.Signals, graceMs: number): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Standard output and error go here; its tail is shown when the server dies early. */
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

const logTailChars = 2_000;

/** Servers run in a process group of their own, so that Ctrl-C reaches us alone and we stop them in order. */
export function startServerProcess(server: ServerCommand): ServerProcess {
  const log = openSync(server.logFile, 'a', 0o644);
  const child = spawn(server.command, server.args, {
    stdio: ['ignore', log, log],
    detached: true,
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    ...(server.env === undefined ? {} : { env: server.env }),
    ...(server.uid === undefined ? {} : { uid: server.uid }),
    ...(server.gid === undefined ? {} : { gid: server.gid }),
  });
  closeSync(log);
  const ended = new Promise<Error>((resolve) => {
    child.once('error', (cause) => resolve(new PartError(`${server.name} can't be started.`, { cause })));
    child.once('exit', (code, signal) => {
      const tail = readFileSync(server.logFile, 'utf8').slice(-logTailChars);
      resolve(
        new PartError(
          `${server.name} ended (${signal ?? `exit status ${code}`}). Its log ends with:\n${tail}`,
        ),
      );
    });
  });
  const dismissGuard = guard(child.pid);
  ended.then(dismissGuard);
  child.unref();

  const diedEarly = ended.then((error) => Promise.reject(error));
  diedEarly.catch(() => {});
  return {
    pid: child.pid ?? -1,
    diedEarly,
    isRunning: () => isRunning(child),
    end: (signal, graceMs) => end(child, ended, signal, graceMs),
  };
}

/**
 * A server must not outlive the process that started it, however that one ends: a shell holds the other end of a pipe
 * and kills the server when the pipe breaks.
 */
function guard(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  const shell = spawn('sh', ['-c', 'read -r _; kill -9 "$1"', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.once('error', () => {});
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => shell.kill('SIGKILL');
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function end(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (!isRunning(child)) return;
  child.ref();
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(hard);
}
