import { describe, expect, test } from '@jest/globals';
import { compareTable } from './difference.ts';
import { type ReferenceFile, sha256Of } from './manifest.ts';
import { readReferenceVersion } from './read-version.ts';
import type { ReferenceTable } from './tables.ts';

const INSTITUTIONS = `institution_code,name,pool,level,kind
H41010500001,郑州一院,410100,L3,general
H41010500002,"郑州二院，东区",410100,L2,general
`;
const OPENINGS = `institution_code,service,disease_code,open_from,open_until
H41010500001,inpatient,,2024-01-01,
H41010500001,chronic,M00500,2024-12-01,2026-01-01
`;

function folder(
  tables: Partial<Record<ReferenceTable, string>>,
  changes: Record<string, unknown> = {},
): ReferenceFile[] {
  const files = Object.entries(tables).map(([table, text]) => ({
    table,
    name: `${table}.csv`,
    content: Buffer.from(text),
  }));
  const manifest = {
    version: '2025.1',
    validFrom: '2025-01-01',
    source: 'of this test',
    files: files.map(({ table, name, content }) => ({ table, file: name, sha256: sha256Of(content) })),
    ...changes,
  };
  return [{ name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) }, ...files];
}

const nothingKnown = () => new Set<string>();

function problemsOf(
  files: readonly ReferenceFile[],
  known: () => ReadonlySet<string> = nothingKnown,
): string[] {
  const read = readReferenceVersion(files, known);
  if (read.ok) return [];
  return read.problems.map(({ file, line, column, value, reason }) =>
    [`${file}:${line}`, column, value, reason].filter(Boolean).join(' '),
  );
}

describe('a version of the reference data', () => {
  test('is read whole, rows under their keys', () => {
    const read = readReferenceVersion(
      folder({ institutions: INSTITUTIONS, openings: OPENINGS }),
      nothingKnown,
    );
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.version).toMatchObject({ version: '2025.1', validFrom: '2025-01-01' });
    expect(read.version.tables.get('institutions')?.map(({ key, fields }) => [key, fields.name])).toEqual([
      ['H41010500001', '郑州一院'],
      ['H41010500002', '郑州二院，东区'],
    ]);
    expect(read.version.tables.get('openings')?.[1]?.key).toBe('H41010500001|chronic|M00500|2024-12-01');
  });

  test('every broken line of every file is named at once, with the reason', () => {
    const files = folder({
      institutions: `${INSTITUTIONS}H41010500003,三院,410100,L9,general\nH41010500001,又是一院,410100,L3,general\n,四院,41,L1,general\n`,
      openings: `${OPENINGS}H41010500001,outpatient,M00500,,\nH41010500001,dental,,2024-13-01,\nH41010599999,inpatient,,2024-02-01,2024-01-01\nH41010588888,inpatient,,,\nshort,line\n`,
    });
    expect(problemsOf(files)).toEqual([
      'institutions.csv:4 level L9 is none of community, L1, L2, L3, provincial',
      'institutions.csv:5 institution_code H41010500001 says again what line 2 says',
      'institutions.csv:6 institution_code is no institution code',
      'institutions.csv:6 pool 41 is no region code of six digits',
      'openings.csv:4 disease_code M00500 only chronic care is opened by disease',
      'openings.csv:5 service dental is none of inpatient, outpatient, chronic, maternity',
      'openings.csv:5 open_from 2024-13-01 is no day, YYYY-MM-DD',
      'openings.csv:6 open_until 2024-01-01 ends on or before its start, 2024-02-01',
      'openings.csv:8 has 2 fields, the header 5',
      'openings.csv:7 institution_code H41010588888 is not among the institutions',
    ]);
  });

  test.each<[string, ReferenceFile[], string]>([
    ['no manifest', [], 'manifest.json:0 is missing'],
    ['a manifest that is none', [{ name: 'manifest.json', content: Buffer.from('{') }], 'manifest.json:0'],
    [
      'an impossible day',
      folder({ institutions: INSTITUTIONS }, { validFrom: '2025-02-30' }),
      'validFrom is no day',
    ],
    ['no source', folder({ institutions: INSTITUTIONS }, { source: '' }), 'source says no source'],
    [
      'a path',
      folder({ institutions: INSTITUTIONS }, { files: [{ table: 'regions', file: '../x', sha256: '' }] }),
      'is no plain file name',
    ],
    [
      'a file nobody named',
      [...folder({ institutions: INSTITUTIONS }), { name: 'x.csv', content: Buffer.from('a') }],
      'x.csv:0 is not named by the manifest',
    ],
    [
      'a column too many',
      folder({ institutions: INSTITUTIONS.replace('kind', 'kind,extra') }),
      'unknown [extra]',
    ],
    ['quotes that never end', folder({ institutions: `${INSTITUTIONS}"H41010500003` }), 'institutions.csv:4'],
  ])('%s', (_, files, problem) => {
    expect(problemsOf(files).join('\n')).toContain(problem);
  });

  test('a file changed after the manifest was written is refused', () => {
    const files = folder({ institutions: INSTITUTIONS }).map((file) =>
      file.name === 'institutions.csv' ? { ...file, content: Buffer.from(`${INSTITUTIONS}\n`) } : file,
    );
    expect(problemsOf(files)).toEqual([
      'institutions.csv:0 is not the file that the manifest names: its SHA-256 differs',
    ]);
  });

  test('may refer to what an earlier version brought', () => {
    expect(problemsOf(folder({ openings: OPENINGS }))).toHaveLength(2);
    expect(problemsOf(folder({ openings: OPENINGS }), () => new Set(['H41010500001']))).toEqual([]);
  });
});

describe('the difference to what is in force', () => {
  test('names added, changed with their fields, and ended rows', () => {
    const row = (key: string, level: string) => ({ key, fields: { institution_code: key, level } });
    const { changes, difference } = compareTable(
      'institutions',
      [row('A', 'L1'), row('B', 'L2'), row('C', 'L3')],
      [row('A', 'L1'), row('B', 'L3'), row('D', 'L1')],
    );
    expect(difference).toEqual({ table: 'institutions', added: 1, changed: 1, ended: 1, unchanged: 1 });
    expect(changes).toEqual([
      {
        kind: 'changed',
        table: 'institutions',
        key: 'B',
        fields: [{ name: 'level', before: 'L2', after: 'L3' }],
      },
      expect.objectContaining({ kind: 'added', key: 'D' }),
      expect.objectContaining({ kind: 'ended', key: 'C' }),
    ]);
  });
});
