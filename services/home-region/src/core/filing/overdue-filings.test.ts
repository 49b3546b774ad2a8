import { expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { overdueFilings } from './overdue-filings.ts';

test.each([
  ['the same day', '2025-06-02', '2025-06-02', 0],
  ['the next working day', '2025-06-02', '2025-06-03', 0],
  ['the day after that', '2025-06-02', '2025-06-04', 1],
  ['from Friday to Monday', '2025-06-06', '2025-06-09', 0],
  ['from Friday to Tuesday', '2025-06-06', '2025-06-10', 1],
  ['over the National Day week', '2025-09-30', '2025-10-09', 0],
  ['the day after it', '2025-09-30', '2025-10-10', 1],
  ['from Saturday to a Sunday that is made up for', '2025-09-27', '2025-09-28', 0],
  ["into a year whose holidays aren't known", '2026-12-31', '2027-01-01', 0],
  ['a day later', '2026-12-31', '2027-01-02', 1],
  ['from Saturday to Monday', '2025-06-07', '2025-06-09', 0],
])('%s', (_, applied, today, overdue) => {
  expect(overdueFilings([localDate(applied)], localDate(today))).toBe(overdue);
});
