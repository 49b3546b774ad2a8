import type { Notice, NoticeLine, Payment } from '../notices/notice.ts';
import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** R11: a notice's total = Σ its lines, and each line = its components, more than 0. */
export function checkR11(notices: readonly Notice[]): readonly CheckFailure[] {
  return notices.flatMap(({ noticeNo, totalFen, lines }) => [
    ...unequal('R11', `${noticeNo} total`, sumOf(lines), totalFen),
    ...lines.flatMap((line) => [
      ...unequal(
        'R11',
        `${noticeNo}/${line.lineNo} components`,
        line.amountFen,
        line.employeeFen + line.residentFen,
      ),
      ...unequal('R11', `${noticeNo}/${line.lineNo} is positive`, 'yes', line.amountFen > 0 ? 'yes' : 'no'),
    ]),
  ]);
}

/**
 * R11 of gross monthly notices: a party's payment notice = Σ its positive rows of 11 + its negative rows of 10 turned round, per
 * scheme when split.
 */
export function checkR11Gross(
  notices: readonly Notice[],
  { parties }: RunTables,
  splitByScheme: boolean,
): readonly CheckFailure[] {
  const columns = splitByScheme ? ['emp_amt', 'res_amt'] : ['net_amt'];
  const paid = new Map(
    notices.filter(({ direction }) => direction === 'PAY').map(({ party, totalFen }) => [party, totalFen]),
  );
  return parties.flatMap(({ party, payments, receipts }) => {
    const [eleven, ten] = [tableValues(payments), tableValues(receipts)];
    const expected = columns.reduce(
      (sum, column) =>
        sum +
        eleven.sum(column, (row) => eleven.number(row, column) > 0) -
        ten.sum(column, (row) => ten.number(row, column) < 0),
      0,
    );
    return unequal('R11', `${party} MONTHLY PAY`, expected, paid.get(party) ?? 0);
  });
}

/** R12: per category and period Σ payment notices = Σ receipt notices, and each line has a twin of equal amount that names it. */
export function checkR12(notices: readonly Notice[]): readonly CheckFailure[] {
  const byNumber = new Map(notices.map((notice) => [notice.noticeNo, notice]));
  const sums = new Map<string, { PAY: number; RCV: number }>();
  for (const { runOwner, category, period, direction, totalFen } of notices) {
    const key = `${runOwner} ${category} ${period}`;
    const sum = sums.get(key) ?? { PAY: 0, RCV: 0 };
    sum[direction] += totalFen;
    sums.set(key, sum);
  }
  return [
    ...[...sums].flatMap(([key, { PAY, RCV }]) => unequal('R12', key, PAY, RCV)),
    ...notices.flatMap((notice) => notice.lines.flatMap((line) => checkTwin(notice, line, byNumber))),
  ];
}

function checkTwin(
  notice: Notice,
  line: NoticeLine,
  byNumber: ReadonlyMap<string, Notice>,
): readonly CheckFailure[] {
  const own = `${notice.noticeNo}/${line.lineNo}`;
  const twinNotice = byNumber.get(line.twinNoticeNo);
  const twin = twinNotice?.lines.find(({ lineNo }) => lineNo === line.twinLineNo);
  if (twinNotice === undefined || twin === undefined) return unequal('R12', `${own} twin`, 'one', 'none');
  return [
    ...unequal('R12', `${own} as its twin has it`, movement(notice, line), movement(twinNotice, twin)),
    ...unequal('R12', `${own} named by its twin`, own, `${twin.twinNoticeNo}/${twin.twinLineNo}`),
  ];
}

/** A line as its payer and its payee both must see it. */
function movement({ direction, party }: Notice, line: NoticeLine): string {
  const [payer, payee] = direction === 'PAY' ? [party, line.counterparty] : [line.counterparty, party];
  return [payer, payee, line.kind, line.scheme ?? 'both', line.employeeFen, line.residentFen].join(' ');
}

/** R13: paid ≤ the line; a line counts as PAID only when equal; a bank serial once per owner of the notice. */
export function checkR13(
  notices: readonly Notice[],
  payments: readonly Payment[],
  paidLines: ReadonlySet<string>,
): readonly CheckFailure[] {
  const paid = new Map<string, number>();
  const serials = new Map<string, number>();
  const ownerOf = new Map(notices.map(({ noticeNo, party }) => [noticeNo, party]));
  for (const { noticeNo, lineNo, bankSerial, paidFen } of payments) {
    const line = `${noticeNo}/${lineNo}`;
    paid.set(line, (paid.get(line) ?? 0) + paidFen);
    const serial = `${ownerOf.get(noticeNo)} ${bankSerial}`;
    serials.set(serial, (serials.get(serial) ?? 0) + 1);
  }
  const lines = new Map<string, number>(
    notices.flatMap(({ noticeNo, lines }) =>
      lines.map((line) => [`${noticeNo}/${line.lineNo}`, line.amountFen] as const),
    ),
  );
  return [
    ...[...paid].flatMap(([line, sum]) => {
      const due = lines.get(line) ?? 0;
      return sum <= due
        ? []
        : [{ check: 'R13' as const, row: `${line} paid`, expected: `≤ ${due}`, found: sum }];
    }),
    ...[...paidLines].flatMap((line) =>
      unequal('R13', `${line} is PAID`, lines.get(line) ?? 0, paid.get(line) ?? 0),
    ),
    ...[...serials].flatMap(([serial, count]) => unequal('R13', `serial ${serial}`, 1, count)),
  ];
}

function sumOf(lines: readonly NoticeLine[]): number {
  return lines.reduce((sum, { amountFen }) => sum + amountFen, 0);
}
