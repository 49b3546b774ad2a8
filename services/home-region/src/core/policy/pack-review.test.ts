import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { assumptionsOf, notPublishedIn, parsePack } from '@yijie/policy';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { readPackTexts } from '../../repositories/policy-packs.ts';
import { overlappingVersions, reductionsOf, runExamples } from './pack-review.ts';
import { type PackShelf, type PackText, packShelf, type ShelvedPack } from './pack-shelf.ts';

let texts: readonly PackText[];
beforeAll(async () => {
  texts = await readPackTexts(PACKS_FOLDER);
});

function shelved(version: string, shelf: PackShelf): ShelvedPack {
  const found = shelf.byVersion(version);
  if ('ok' in found) throw new Error(found.code);
  return found;
}

describe('the review of a pack', () => {
  test('names every section that stands on an assumption: as many as the file writes', async () => {
    for (const { file, text } of texts) {
      const parsed = parsePack(text, file);
      if (!parsed.ok) throw new Error(file);
      const written = text.replace(/^\s*#.*$/gm, '').match(/\bassumed:/g)?.length ?? 0;
      expect([file, assumptionsOf(parsed.pack).length]).toEqual([file, written]);
    }
  });

  test('runs the examples beside it, and says when there are none', async () => {
    const shelf = packShelf(texts, '330000');
    const verified = runExamples(shelved('330200-employee@2023-01-01', shelf));
    expect(verified.state).toBe('verified');
    expect(verified.outcomes.length).toBeGreaterThan(0);
    const changsha = shelved('430100-employee@2025-01-01', packShelf(texts, '430000'));
    expect(runExamples(changsha)).toEqual({ state: 'not-verified', outcomes: [] });
  });

  test('says what each class takes off, what is not published, and which versions it overlaps', async () => {
    const shelf = packShelf(texts, '430000');
    const { pack } = shelved('430100-employee@2025-01-01', shelf);
    expect(reductionsOf(pack).map((one) => [one.class, one.pointsBp, one.nationalLimitBp])).toEqual([
      ['REDUCED_A', 1_000, 1_000],
      ['REDUCED_B', 2_000, 2_000],
    ]);
    const unpublished = Object.entries(pack.visits).filter(([, benefit]) => 'notPublished' in benefit);
    expect(notPublishedIn(pack).length).toBe(unpublished.length + (pack.notPublished?.length ?? 0));
    expect(overlappingVersions(pack, shelf)).toEqual([]);
    expect(overlappingVersions({ ...pack, version: 'draft' }, shelf)).toEqual([pack.version]);
  });
});

test('examples that cannot be read stop the start', async () => {
  const text = await readFile(join(PACKS_FOLDER, 'chengdu/employee-2008.yaml'), 'utf8');
  expect(() => packShelf([{ file: 'a/b.yaml', text, casesText: '{' }], '510000')).toThrow(
    'examples beside a/b.yaml',
  );
});
