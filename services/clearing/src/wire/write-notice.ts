import { localDateToNumber } from '@yijie/calendar';
import type { Overdue } from '@yijie/clearing';
import type { Notice as WireNotice, NoticeLine as WireNoticeLine } from '@yijie/contracts/clearing';
import { Scheme as WireScheme } from '@yijie/contracts/common';
import type { StoredNotice } from '../repositories/money/notices.ts';
import { scheme } from './words.ts';

export function writeNotice(
  stored: StoredNotice,
  overdue: Pick<Overdue, 'days' | 'level'> | undefined,
): WireNotice {
  const { notice, state, standings } = stored;
  return {
    noticeNo: notice.noticeNo,
    runOwner: notice.runOwner,
    party: notice.party,
    direction: notice.direction,
    category: notice.category,
    period: notice.period,
    revision: notice.revision,
    state,
    issuedOn: localDateToNumber(notice.issuedOn),
    dueOn: localDateToNumber(notice.dueOn),
    totalFen: notice.totalFen,
    paidFen: standings.reduce((sum, { paidFen }) => sum + paidFen, 0),
    basisTable: notice.basis.tableNo,
    basisRevision: notice.basis.revision,
    basisHash: notice.basis.contentHash,
    lines: standings.map(({ line }) => writeNoticeLine(stored, line.lineNo)),
    overdueLevel: overdue?.level ?? 'NONE',
    overdueDays: overdue?.days ?? 0,
  };
}

export function writeNoticeLine({ standings, payments }: StoredNotice, lineNo: number): WireNoticeLine {
  const standing = standings.find(({ line }) => line.lineNo === lineNo);
  if (standing === undefined) throw new Error(`no line ${lineNo}`);
  const { line, paidFen } = standing;
  return {
    lineNo,
    counterparty: line.counterparty,
    kind: line.kind,
    scheme: line.scheme === null ? WireScheme.UNSPECIFIED : scheme.wire(line.scheme),
    employeeFen: line.employeeFen,
    residentFen: line.residentFen,
    amountFen: line.amountFen,
    paidFen,
    twinNoticeNo: line.twinNoticeNo,
    twinLineNo: line.twinLineNo,
    payments: payments
      .filter((payment) => payment.lineNo === lineNo)
      .map(({ bankName, bankSerial, tradeDate, paidFen: paid }) => ({
        bankName,
        bankSerial,
        tradeDate: localDateToNumber(tradeDate),
        paidFen: paid,
      })),
  };
}
