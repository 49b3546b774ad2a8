import { type Instant, startOfDay } from '@yijie/calendar';
import type { Notice, NoticeLine, NoticeState, PartyCode, Payment } from '@yijie/clearing';
import { assert, formatYuan, sumFen } from '@yijie/money';
import { chineseCapitals } from '../chinese-capitals.ts';
import type { CellValue, Paper, PaperTable } from '../paper/paper.ts';
import { noticeCategoryLabels, noticeStateLabels, transferKindLabels } from './notice-labels.ts';
import { dayInWords, periodInWords } from './period-words.ts';
import type { Printing } from './table-paper.ts';

/** A finance special account (财政专户). */
export interface SpecialAccount {
  readonly name: string;
  readonly bank: string;
  readonly number: string;
}

export interface NoticePaperInput {
  readonly notice: Notice;
  /** Printed names of the owner and its counterparts. */
  readonly names: ReadonlyMap<PartyCode, string>;
  readonly accounts: ReadonlyMap<PartyCode, SpecialAccount>;
  readonly payments: readonly Payment[];
  readonly state: NoticeState;
  /** Set once the payee has seen the money. */
  readonly receivedConfirmedAt?: Instant | undefined;
  readonly remark?: string | undefined;
}

/** The receipt notice (收款通知书, attachment 7) or the payment notice (付款通知书, attachment 8): a letter of one page. */
export function noticePaper(input: NoticePaperInput, printing: Printing = {}): Paper {
  const { notice } = input;
  const pays = notice.direction === 'PAY';
  const name = nameOf(input, notice.party);
  const category = noticeCategoryLabels[notice.category]?.[notice.level] ?? notice.category;
  assertTotal(notice);
  return {
    title: `${name}${periodInWords(notice.period)}${category}${pays ? '付款' : '收款'}通知书`,
    head: [
      [`编号：${notice.noticeNo}`, '金额单位：元'],
      [
        `${pays ? '付款' : '收款'}统筹区：${name}（${notice.party}）`,
        `签发日期：${dayInWords(notice.issuedOn)}`,
        `截止日期：${dayInWords(notice.dueOn)}`,
      ],
    ],
    blocks: [
      { kind: 'paragraphs', texts: [letterText(input, name, category)] },
      lineTable(input),
      {
        kind: 'fields',
        fields: [
          {
            label: '合计（大写）',
            type: 'T',
            value: `人民币${chineseCapitals(notice.totalFen)}`,
            quarters: 4,
          },
          { label: '合计（小写）', type: 'A', value: notice.totalFen, quarters: 2 },
          { label: '状态', type: 'T', value: noticeStateLabels[input.state], quarters: 2 },
          { label: '依据', type: 'T', value: basisText(notice), quarters: 4 },
          {
            label: '到账确认',
            type: 'T',
            value: input.receivedConfirmedAt === undefined ? null : dayInWords(input.receivedConfirmedAt),
            quarters: 2,
          },
          { label: '备注', type: 'T', value: input.remark ?? returnsRemark(notice), quarters: 2 },
        ],
      },
      accountTable(input),
      paymentTable(input),
      {
        kind: 'signatures',
        places: [
          { label: '经办', value: printing.preparedBy },
          { label: '复核', value: printing.reviewedBy },
          { label: '批准', value: printing.approvedBy },
          {
            label: '日期',
            value: printing.signedAt === undefined ? undefined : dayInWords(printing.signedAt),
          },
          { label: '经办机构盖章', seal: `${name}医疗保障经办机构` },
          { label: '财政部门盖章', seal: `${name}财政部门` },
        ],
      },
    ],
    foot: `附件${pays ? 8 : 7}　${notice.noticeNo}　一式两份：经办机构、财政部门各一份`,
    createdAt: startOfDay(notice.issuedOn),
  };
}

function assertTotal({ noticeNo, lines, totalFen }: Notice): void {
  const sum = sumFen(lines.map((line) => line.amountFen));
  assert(sum === totalFen, `notice ${noticeNo}: lines sum to ${sum}, the total is ${totalFen}`);
}

function letterText({ notice }: NoticePaperInput, name: string, category: string): string {
  const amount = `人民币${chineseCapitals(notice.totalFen)}（¥${formatYuan(notice.totalFen, { grouped: true })}）`;
  const what = `根据${periodInWords(notice.period)}${category}结果，${name}`;
  return notice.direction === 'PAY'
    ? `${what}应付资金合计${amount}。请于${dayInWords(notice.dueOn)}前从财政专户划拨至下列收款账户，并在划拨后回填开户银行、交易流水号、交易日期和实付金额。`
    : `${what}应收资金合计${amount}。请于${dayInWords(notice.dueOn)}后核对财政专户到账情况，并及时确认。`;
}

function lineTable(input: NoticePaperInput): PaperTable {
  const { lines, totalFen } = input.notice;
  const employee = sumFen(lines.map((line) => line.employeeFen));
  const resident = sumFen(lines.map((line) => line.residentFen));
  return {
    kind: 'table',
    keyColumns: 3,
    columns: [
      { heading: '行次', type: 'N' },
      { heading: input.notice.direction === 'PAY' ? '收款方编码' : '付款方编码', type: 'C' },
      { heading: '对方名称', type: 'T' },
      { heading: '类型', type: 'C' },
      { heading: '职工医保', type: 'A' },
      { heading: '居民医保', type: 'A' },
      { heading: '金额', type: 'A' },
      { heading: '对方通知书编号', type: 'T' },
    ],
    rows: lines.map((line) => [
      line.lineNo,
      line.counterparty,
      nameOf(input, line.counterparty),
      transferKindLabels[line.kind],
      line.employeeFen,
      line.residentFen,
      line.amountFen,
      `${line.twinNoticeNo} 第${line.twinLineNo}行`,
    ]),
    totals: [{ label: '合计', cells: [null, null, null, null, employee, resident, totalFen, null] }],
  };
}

/** The own account and each counterpart's, payer and payee named. */
function accountTable(input: NoticePaperInput): PaperTable {
  const { notice } = input;
  const [own, other] = notice.direction === 'PAY' ? ['付款账户', '收款账户'] : ['收款账户', '付款账户'];
  const row = (role: string, party: PartyCode): CellValue[] => {
    const account = input.accounts.get(party);
    return [
      role,
      nameOf(input, party),
      account?.name ?? null,
      account?.bank ?? null,
      account?.number ?? null,
    ];
  };
  const counterparts = [...new Set(notice.lines.map((line) => line.counterparty))];
  return {
    kind: 'table',
    keyColumns: 2,
    columns: [
      { heading: '账户', type: 'C' },
      { heading: '单位', type: 'T' },
      { heading: '户名', type: 'T' },
      { heading: '开户银行', type: 'T' },
      { heading: '账号', type: 'T' },
    ],
    rows: [row(own, notice.party), ...counterparts.map((party) => row(other, party))],
    totals: [],
  };
}

/** What finance fills in on payment; a line not paid yet has its row to be filled in by hand. */
function paymentTable({ notice, payments }: NoticePaperInput): PaperTable {
  const paid = sumFen(payments.map((payment) => payment.paidFen));
  return {
    kind: 'table',
    keyColumns: 1,
    columns: [
      { heading: '行次', type: 'N' },
      { heading: '开户银行', type: 'T' },
      { heading: '交易流水号', type: 'T' },
      { heading: '交易日期', type: 'D' },
      { heading: notice.direction === 'PAY' ? '实付金额' : '实收金额', type: 'A' },
    ],
    rows: notice.lines.flatMap((line) => paymentRows(line, payments)),
    totals: payments.length === 0 ? [] : [{ label: '合计', cells: [null, null, null, null, paid] }],
  };
}

function paymentRows({ lineNo }: NoticeLine, payments: readonly Payment[]): CellValue[][] {
  const made = payments.filter((payment) => payment.lineNo === lineNo);
  if (made.length === 0) return [[lineNo, null, null, null, null]];
  return made.map(({ bankName, bankSerial, tradeDate, paidFen }) => [
    lineNo,
    bankName,
    bankSerial,
    tradeDate,
    paidFen,
  ]);
}

function basisText({ basis }: Notice): string {
  return `附件${basis.tableNo}　第${basis.revision}版　内容校验码 ${basis.contentHash}`;
}

function returnsRemark({ lines }: Notice): string | null {
  const returned = lines.filter((line) => line.kind === 'RETURN').map((line) => line.lineNo);
  return returned.length === 0 ? null : `第${returned.join('、')}行为退款`;
}

function nameOf({ names }: NoticePaperInput, party: PartyCode): string {
  return names.get(party) ?? party;
}
