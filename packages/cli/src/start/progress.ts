/** What a person sees while the cluster starts and plays: standard error when standard output belongs to JSON. */
export interface Progress {
  say(sentence: string): void;
  step(step: {
    readonly name: string;
    readonly zh: string;
    readonly result: string;
    readonly ms: number;
  }): void;
  print(text: string): void;
}

export function createProgress(json: boolean): Progress {
  const write = (text: string) => (json ? process.stderr : process.stdout).write(`${text}\n`);
  return {
    say: write,
    step: ({ name, zh, result, ms }) =>
      write(`  ${name.padEnd(14)} ${padDisplay(zh, 16)} ${`${ms} ms`.padStart(8)}   ${result}`),
    print: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
  };
}

/** Chinese characters take two columns of a terminal. */
function padDisplay(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(1, columns - 2 * [...text].length));
}
