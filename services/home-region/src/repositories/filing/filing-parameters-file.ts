import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FilingParameterBook, filingParameterBook, filingParameterEntry } from '@yijie/filing';
import { DATA_FOLDER } from '@yijie/reference-data';
import { parse } from 'yaml';
import { z } from 'zod';

/** Reads what regions have set for filings. A file that is wrong stops the start, with all its problems. */
export async function readFilingParameters(
  file = join(DATA_FOLDER, 'filing_parameters.yaml'),
): Promise<FilingParameterBook> {
  const read = z.array(filingParameterEntry).safeParse(parse(await readFile(file, 'utf8')));
  if (!read.success)
    throw new Error(`filing parameters can't be used: ${file}\n${z.prettifyError(read.error)}`);
  return filingParameterBook(read.data);
}
