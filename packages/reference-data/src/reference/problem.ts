/** What is wrong with a file, said so that whoever made it finds the place. */
export interface ReferenceProblem {
  readonly file: string;
  /** Counted from 1, the header included; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

export function fileProblem(file: string, reason: string, value = ''): ReferenceProblem {
  return { file, line: 0, column: '', value, reason };
}
