import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import type { Notice, Table, TableHeader } from '@yijie/clearing';
import { fen } from '@yijie/money';
import type { NoticePaperInput } from '../src/clearing/notice-paper.ts';

/** Figures of the worked example of clearing-and-filing §4.13 (c) and (g); names of banks are invented. */
const HASH = '3f2a9c0d7be14c55aa10f09c3d1e7b6a94c2f8e1d05b7a6639e2c417f8a0b1d2';

/** 2026-04-21 02:00 in Shanghai. */
const generatedAtMs = (startOfDay(localDate('2026-04-21')) + 2 * 3_600_000) as Instant;

export const sampleHeader: TableHeader = {
  level: 'NATIONAL',
  ownerCode: 'CN',
  ownerName: '国家异地就医结算中心',
  period: '202603',
  tableNo: '9',
  revision: 1,
  generatedAtMs,
  contentHash: HASH,
};

export const sampleClearingTable: Table = {
  no: '9',
  titleZh: '异地医保业务费用清算表',
  owner: 'CN',
  columns: [
    { name: 'seq', zh: '序号', type: 'N' },
    { name: 'region_code', zh: '编码', type: 'C' },
    { name: 'region_name', zh: '统筹区', type: 'T' },
    { name: 'pay_times', zh: '付款人次', type: 'N' },
    { name: 'pay_medfee', zh: '付款医疗费总额', type: 'A' },
    { name: 'pay_emp', zh: '应付职工', type: 'A' },
    { name: 'pay_res', zh: '应付居民', type: 'A' },
    { name: 'pay_amt', zh: '应付合计', type: 'A' },
    { name: 'rcv_amt', zh: '应收合计', type: 'A' },
    { name: 'balance_amt', zh: '收付差额', type: 'A' },
  ],
  rows: [
    [1, '110000', '北京市', 1, 2_000_000, 1_500_000, 0, 1_500_000, 5_130_000, 3_630_000],
    [2, '220000', '吉林省', 2, 7_800_000, 3_250_000, 1_600_000, 4_850_000, 480_000, -4_370_000],
    [3, '440000', '广东省', 1, 900_000, 1_080_000, -320_000, 760_000, 1_500_000, 740_000],
  ],
  totals: [
    {
      label: '合计',
      values: [null, null, null, 4, 10_700_000, 5_830_000, 1_280_000, 7_110_000, 7_110_000, 0],
    },
  ],
};

export const samplePaymentNotice: Notice = {
  noticeNo: 'NATIONAL-440000-202603-MONTHLY-PAY-1',
  level: 'NATIONAL',
  runOwner: 'CN',
  party: '440000',
  direction: 'PAY',
  category: 'MONTHLY',
  period: '202603',
  revision: 1,
  issuedOn: localDate('2026-04-30'),
  dueOn: localDate('2026-05-25'),
  lines: [
    {
      lineNo: 1,
      counterparty: '110000',
      kind: 'NORMAL',
      scheme: null,
      employeeFen: fen(280_000),
      residentFen: fen(0),
      amountFen: fen(280_000),
      twinNoticeNo: 'NATIONAL-110000-202603-MONTHLY-RCV-1',
      twinLineNo: 2,
    },
    {
      lineNo: 2,
      counterparty: '220000',
      kind: 'NORMAL',
      scheme: null,
      employeeFen: fen(800_000),
      residentFen: fen(-320_000),
      amountFen: fen(480_000),
      twinNoticeNo: 'NATIONAL-220000-202603-MONTHLY-RCV-1',
      twinLineNo: 1,
    },
  ],
  totalFen: fen(760_000),
  basis: { tableNo: '11', revision: 1, contentHash: HASH },
};

const account = (province: string, last: number) => ({
  name: `${province}社会保障基金财政专户`,
  bank: `示例银行${province}示例支行`,
  number: `6200 0000 0000 000${last}`,
});

export const sampleNotice: NoticePaperInput = {
  notice: samplePaymentNotice,
  names: new Map([
    ['110000', '北京市'],
    ['220000', '吉林省'],
    ['440000', '广东省'],
  ]),
  accounts: new Map([
    ['110000', account('北京市', 1)],
    ['220000', account('吉林省', 2)],
    ['440000', account('广东省', 3)],
  ]),
  payments: [
    {
      noticeNo: samplePaymentNotice.noticeNo,
      lineNo: 1,
      bankName: '示例银行广东省示例支行',
      bankSerial: '20260520-000123',
      tradeDate: localDate('2026-05-20'),
      paidFen: fen(280_000),
    },
  ],
  state: 'PARTIAL',
};
