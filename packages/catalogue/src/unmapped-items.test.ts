import { expect, test } from '@jest/globals';
import { entry, line, mapping } from '../test/rows.ts';
import { buildIndex } from './catalogue-index.ts';
import { unmappedItems } from './unmapped-items.ts';

test('the queue gets each unmapped item once, with its first name and how many lines named it', () => {
  const index = buildIndex([mapping('known', 'N1'), mapping('unlisted', 'N2')], [entry('N1')]);
  const named = (lineNumber: number, itemCode: string, itemName: string) => ({
    ...line(lineNumber, itemCode),
    itemName,
  });
  expect(
    unmappedItems(index, [
      named(1, 'new', ''),
      named(2, 'known', '已对照'),
      named(3, 'new', '新项目'),
      named(4, 'also', '另一项目'),
      named(5, 'unlisted', '目录中没有'),
      named(6, 'new', '新项目（改名）'),
      { ...named(7, 'malformed', ''), quantityE4: 0 },
    ]),
  ).toEqual([
    { itemCode: 'also', itemName: '另一项目', seenLines: 1 },
    { itemCode: 'new', itemName: '新项目', seenLines: 3 },
  ]);
});
