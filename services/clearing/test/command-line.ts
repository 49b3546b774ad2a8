import { clearingCommand } from '@yijie/cli';

export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** `yijie clearing …` in this process: what it prints, and the status it would end with. */
export async function yijieClearing(...words: readonly string[]): Promise<Printed> {
  const out: string[] = [];
  const err: string[] = [];
  const { log, error } = console;
  const before = process.exitCode;
  process.exitCode = 0;
  console.log = (line: string) => out.push(line);
  console.error = (line: string) => err.push(line);
  try {
    await clearingCommand().parseAsync([...words], { from: 'user' });
    return { out: out.join('\n'), err: err.join('\n'), status: Number(process.exitCode) };
  } finally {
    console.log = log;
    console.error = error;
    process.exitCode = before;
  }
}
