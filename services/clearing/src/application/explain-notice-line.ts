import { type NoticeLine, type Period, parsePeriod, type TransferComponent } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import { formatYuan } from '@yijie/money';
import { deductionsOfRun, type StoredDeduction } from '../repositories/deductions/deductions.ts';
import { findNotice, readComponents, type StoredNotice } from '../repositories/money/notices.ts';
import {
  cellsOfPair,
  type PairCell,
  type PairOfRun,
  type PairSettlement,
  settlementsOfPair,
} from '../repositories/pair-rows.ts';
import type { RunDesk } from './runs/run-desk.ts';

export interface ExplainedLine {
  readonly notice: StoredNotice;
  readonly line: NoticeLine;
  /** One sentence a step, from the amount down. */
  readonly steps: readonly string[];
  readonly cells: readonly PairCell[];
  readonly deductions: readonly StoredDeduction[];
  readonly settlements: readonly PairSettlement[];
  /** Where the next page begins; empty after the last. */
  readonly next: string;
}

const PAGE = 1_000;

/** Walks from the amount of a notice line to the settlements it is made of. */
export async function explainNoticeLine(
  { database }: RunDesk,
  { noticeNo, lineNo, after }: { readonly noticeNo: string; readonly lineNo: number; readonly after: string },
): Promise<({ readonly ok: true } & ExplainedLine) | Refusal> {
  const notice = await findNotice(database, noticeNo);
  const line = notice?.notice.lines.find((one) => one.lineNo === lineNo);
  if (notice === undefined || line === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
  // What a line settles stands with the payment; a receipt points to its twin.
  const isPayment = notice.notice.direction === 'PAY';
  const components = await readComponents(
    database,
    isPayment ? noticeNo : line.twinNoticeNo,
    isPayment ? lineNo : line.twinLineNo,
  );
  const steps = [...amountSteps(notice, line), ...components.map(componentStep)];
  const period = parsePeriod(notice.notice.period);
  // The advance fund and the year's end are of tables, not of settlements.
  if (notice.notice.category !== 'MONTHLY' || period === undefined)
    return { ok: true, notice, line, steps, cells: [], deductions: [], settlements: [], next: '' };
  const pairs = pairsOf(components, notice.notice.runOwner, period);
  const cells = (await Promise.all(pairs.map((pair) => cellsOfPair(database, pair)))).flat();
  const settlements: PairSettlement[] = [];
  const from = after === '' ? undefined : Buffer.from(after, 'hex');
  for (const pair of pairs)
    settlements.push(...(await settlementsOfPair(database, pair, { after: from, limit: PAGE + 1 })));
  settlements.sort((one, other) => Buffer.compare(one.settlement_id, other.settlement_id));
  const page = settlements.slice(0, PAGE);
  const shown = new Set(page.map(({ settlement_id }) => settlement_id.toString('hex')));
  const deductions = await deductionsOfRun(database, notice.notice.runOwner, period);
  return {
    ok: true,
    notice,
    line,
    steps,
    cells,
    deductions: deductions.filter(({ settlementId }) => shown.has(settlementId)),
    settlements: page,
    next: settlements.length > PAGE ? (page.at(-1)?.settlement_id.toString('hex') ?? '') : '',
  };
}

function amountSteps({ notice }: StoredNotice, line: NoticeLine): readonly string[] {
  const verb = notice.direction === 'PAY' ? '付给' : '收自';
  const kind = line.kind === 'RETURN' ? '（退款）' : '';
  const { basis } = notice;
  return [
    `${notice.party} ${notice.period} ${verb} ${line.counterparty}${kind}：${yuan(line.amountFen)} = 职工 ${yuan(line.employeeFen)} + 居民 ${yuan(line.residentFen)}`,
    `依据：表 ${basis.tableNo} 第 ${basis.revision} 版，摘要 ${basis.contentHash.slice(0, 16)}…`,
  ];
}

function componentStep({ payer, payee, scheme, fund, shareFen }: TransferComponent): string {
  const name = scheme === 'employee' ? '职工' : '居民';
  return `${payer} → ${payee} ${name}${fund === null ? '' : ` ${fund}`}：${yuan(shareFen)}`;
}

function pairsOf(
  components: readonly TransferComponent[],
  owner: PairOfRun['owner'],
  period: Period,
): readonly PairOfRun[] {
  const pairs = new Map(
    components.map(({ payer, payee }) => [`${payer} ${payee}`, { owner, period, payer, payee }] as const),
  );
  return [...pairs.values()];
}

function yuan(amountFen: number): string {
  return `${formatYuan(amountFen as Fen, { grouped: true })} 元`;
}
