import { execFile } from 'node:child_process';

export interface ProgramRun {
  readonly ok: boolean;
  /** Standard output and error together. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly timeoutMs?: number;
}

/** Runs a program to its end; a program that doesn't exist is a run that isn't ok. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramRun> {
  const { timeoutMs, ...rest } = options;
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { ...rest, timeout: timeoutMs ?? 0, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({
          ok: error === null,
          output: `${stdout}${stderr}${error === null ? '' : `\n${error.message}`}`.trim(),
        }),
    ).stdin?.end();
  });
}
