import type { LocalDate } from '@yijie/calendar';
import { assert, type Fen, fen } from '@yijie/money';
import type { Transfer } from '../netting/transfer.ts';
import { levelOf, type PartyCode, type RunOwner } from '../party.ts';
import type { TableNumber } from '../tables/table.ts';
import type { Notice, NoticeCategory, NoticeDirection, NoticeLine } from './notice.ts';

export interface NoticeInput {
  readonly owner: RunOwner;
  readonly category: NoticeCategory;
  /** YYYYMM, or YYYY of yearly categories. */
  readonly period: string;
  readonly revision: number;
  readonly transfers: readonly Transfer[];
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate;
  /** What the notice of a party rests on: its table, or the run's own. */
  readonly basisHashOf: (party: PartyCode) => string;
}

/** The table that a notice rests on (依据). */
const BASIS: Readonly<Record<NoticeCategory, Readonly<Record<NoticeDirection, TableNumber>>>> = {
  MONTHLY: { PAY: '11', RCV: '10' },
  ADV_ADJUST: { PAY: '6-2', RCV: '6-2' },
  ADV_URGENT: { PAY: '6-2', RCV: '6-2' },
  YEAR_END: { PAY: '18', RCV: '17' },
};

/**
 * A payment notice and a receipt notice per party that has lines, each line with its twin (clearing-and-filing §4.7). Sorted by
 * number, and the same transfers give the same notices.
 */
export function buildNotices(input: NoticeInput): readonly Notice[] {
  const lines = new Map<string, Draft>();
  for (const transfer of input.transfers) {
    assert(transfer.amountFen > 0, 'a transfer moves money');
    const pay = draftOf(lines, input, transfer.payer, 'PAY');
    const receive = draftOf(lines, input, transfer.payee, 'RCV');
    const [payNo, receiveNo] = [pay.lines.length + 1, receive.lines.length + 1];
    pay.lines.push(lineOf(transfer, payNo, transfer.payee, receive.noticeNo, receiveNo));
    receive.lines.push(lineOf(transfer, receiveNo, transfer.payer, pay.noticeNo, payNo));
  }
  return [...lines.values()]
    .toSorted((a, b) => (a.noticeNo < b.noticeNo ? -1 : 1))
    .map((draft) => noticeOf(draft, input));
}

/** `{level}{party}{period}{category}{PAY|RCV}{rev}` with a dash between the parts. */
export function noticeNumber(
  { owner, period, category, revision }: Pick<NoticeInput, 'owner' | 'period' | 'category' | 'revision'>,
  party: PartyCode,
  direction: NoticeDirection,
): string {
  const level = levelOf(owner) === 'NATIONAL' ? 'N' : 'P';
  return [level, party, period, category, direction, revision].join('-');
}

interface Draft {
  readonly noticeNo: string;
  readonly party: PartyCode;
  readonly direction: NoticeDirection;
  readonly lines: NoticeLine[];
}

function draftOf(
  drafts: Map<string, Draft>,
  input: NoticeInput,
  party: PartyCode,
  direction: NoticeDirection,
): Draft {
  const noticeNo = noticeNumber(input, party, direction);
  const known = drafts.get(noticeNo);
  if (known !== undefined) return known;
  const draft: Draft = { noticeNo, party, direction, lines: [] };
  drafts.set(noticeNo, draft);
  return draft;
}

function lineOf(
  { kind, scheme, employeeFen, residentFen, amountFen }: Transfer,
  lineNo: number,
  counterparty: PartyCode,
  twinNoticeNo: string,
  twinLineNo: number,
): NoticeLine {
  return {
    lineNo,
    counterparty,
    kind,
    scheme,
    employeeFen,
    residentFen,
    amountFen,
    twinNoticeNo,
    twinLineNo,
  };
}

function noticeOf({ noticeNo, party, direction, lines }: Draft, input: NoticeInput): Notice {
  const { owner, category, period, revision, issuedOn, dueOn } = input;
  const basis = {
    tableNo: BASIS[category][direction],
    revision,
    contentHash: input.basisHashOf(party),
  };
  return {
    noticeNo,
    level: levelOf(owner),
    runOwner: owner,
    party,
    direction,
    category,
    period,
    revision,
    issuedOn,
    dueOn,
    lines,
    totalFen: totalOf(lines),
    basis,
  };
}

function totalOf(lines: readonly NoticeLine[]): Fen {
  return fen(lines.reduce((sum, { amountFen }) => sum + amountFen, 0));
}
