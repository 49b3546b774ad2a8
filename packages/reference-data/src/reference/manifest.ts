import { createHash } from 'node:crypto';
import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { z } from 'zod';
import { fileProblem, type ReferenceProblem } from './problem.ts';
import { REFERENCE_TABLES, type ReferenceTable } from './tables.ts';

export const MANIFEST_FILE = 'manifest.json';

/** One version of the reference data: what it is, from when it holds, where it is from, and its files. */
export interface ReferenceManifest {
  readonly version: string;
  readonly validFrom: LocalDate;
  readonly source: string;
  readonly files: readonly {
    readonly table: ReferenceTable;
    readonly file: string;
    /** Hexadecimal, of the bytes of the file. */
    readonly sha256: string;
  }[];
}

/** A file of a version, as it lies in the folder. */
export interface ReferenceFile {
  readonly name: string;
  readonly content: Uint8Array;
}

const manifest = z.strictObject({
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is no version: letters, digits, . _ -'),
  validFrom: z.string().transform((text, context): LocalDate => {
    const day = parseLocalDate(text);
    if (day !== undefined) return day;
    context.addIssue('is no day, YYYY-MM-DD');
    return z.NEVER;
  }),
  source: z.string().min(1, 'says no source'),
  files: z
    .array(
      z.strictObject({
        table: z.enum(REFERENCE_TABLES),
        file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is no plain file name'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
      }),
    )
    .min(1, 'names no file'),
});

export type ReadManifest =
  | { readonly ok: true; readonly manifest: ReferenceManifest; readonly sha256: string }
  | { readonly ok: false; readonly problems: readonly ReferenceProblem[] };

export function readManifest(files: readonly ReferenceFile[]): ReadManifest {
  const file = files.find(({ name }) => name === MANIFEST_FILE);
  if (file === undefined) return { ok: false, problems: [fileProblem(MANIFEST_FILE, 'is missing')] };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(file.content).toString('utf8'));
  } catch (cause) {
    return { ok: false, problems: [fileProblem(MANIFEST_FILE, (cause as Error).message)] };
  }
  const read = manifest.safeParse(json);
  if (!read.success) {
    const problems = read.error.issues.map((issue) =>
      fileProblem(MANIFEST_FILE, issue.message, issue.path.join('.')),
    );
    return { ok: false, problems };
  }
  const twice = read.data.files.find(
    ({ table }, at) => read.data.files.findIndex((other) => other.table === table) !== at,
  );
  if (twice !== undefined)
    return {
      ok: false,
      problems: [fileProblem(MANIFEST_FILE, 'names two files for one table', twice.table)],
    };
  return { ok: true, manifest: read.data, sha256: sha256Of(file.content) };
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
