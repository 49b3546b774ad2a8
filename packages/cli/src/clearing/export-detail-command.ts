import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Instant, startOfDay } from '@yijie/calendar';
import { dayOfPeriod, NATIONAL_CENTRE, type Period } from '@yijie/clearing';
import { type DetailRow, RunServiceClient } from '@yijie/contracts/clearing';
import { type CellValue, csv, type Detail, detailWorkbook, type PaperColumn } from '@yijie/documents';
import { type Command, Option } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { minute, progressBar } from './printing.ts';
import { schemeOf, visitKindOf } from './wire-words.ts';

interface DetailOptions extends DeskOptions {
  readonly party?: string;
  readonly format: 'csv' | 'xlsx';
  readonly out?: string;
}

/** `yijie clearing export detail`: every row of a run, streamed into the file. */
export function exportDetailCommand(): Command {
  return deskCommand('detail', 'every settlement of a run, as many as there are (结算明细)')
    .option('--party <code>', "a party's rows alone")
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'xlsx']).default('csv'))
    .option('--out <file>', 'the file (default: <period>-<owner>-detail.<format>)')
    .action((options: DetailOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const file = options.out ?? `${desk.period}-${desk.owner}-detail.${options.format}`;
          const counted = { rows: 0 };
          const detail: Detail = {
            title: `${desk.owner === NATIONAL_CENTRE ? '跨省' : desk.owner} ${desk.period} 清算明细`,
            columns: COLUMNS.map(({ column }) => column),
            batches: batches(options, desk, counted),
            // Of the content, so that the same rows are the same file.
            createdAt: startOfDay(dayOfPeriod(desk.period as Period, 1)) as Instant,
          };
          const bytes = options.format === 'csv' ? csv(detail, { bom: true }) : detailWorkbook(detail);
          await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(file));
          show(desk, { file, rows: counted.rows }, () =>
            say(desk, { zh: `${file}：${counted.rows} 笔。`, en: `${file}: ${counted.rows} rows.` }),
          );
        }),
      ),
    );
}

async function* batches(
  options: DetailOptions,
  desk: Desk,
  counted: { rows: number },
): AsyncGenerator<readonly (readonly CellValue[])[]> {
  const runs = desk.client(RunServiceClient);
  const request = { run: { owner: desk.owner, period: desk.period }, party: options.party ?? '' };
  const bar = progressBar();
  for await (const { rows, done, of } of desk.listen(runs, runs.exportDetail, request)) {
    counted.rows += rows.length;
    yield rows.map((row) => COLUMNS.map(({ value }) => value(row)));
    bar(done, of);
  }
}

interface DetailColumn {
  readonly column: PaperColumn;
  readonly value: (row: DetailRow) => CellValue;
}

function column(heading: string, type: PaperColumn['type'], value: DetailColumn['value']): DetailColumn {
  return { column: { heading, type }, value };
}

/** Headings of the fund columns as in tables 12 and 13. */
const FUNDS = [
  ['统筹基金', 'poolFundFen'],
  ['大额医疗补助', 'largeAmountFen'],
  ['大病保险', 'seriousIllnessFen'],
  ['公务员补助', 'civilServantFen'],
  ['企业补充', 'enterpriseSupplementFen'],
  ['医疗救助', 'medicalAidFen'],
  ['其他', 'otherFundFen'],
  ['个人账户', 'ownAccountFen'],
  ['个人账户共济', 'familyAccountFen'],
] as const;

const COLUMNS: readonly DetailColumn[] = [
  column('结算号', 'T', (row) => row.settlementId),
  column('原结算号', 'T', (row) => row.originalId || null),
  column('险种', 'C', (row) => schemeOf(row.scheme).zh),
  column('类别', 'C', (row) => visitKindOf(row.visitKind).zh),
  column('参保地', 'C', (row) => row.homePool),
  column('就医地', 'C', (row) => row.treatmentPool),
  column('医疗机构', 'C', (row) => row.institutionCode),
  column('结算时间', 'C', (row) => minute(row.settledAtMs)),
  column('结算月', 'C', (row) => `${row.settledPeriod}`),
  column('医疗费总额', 'A', (row) => row.medicalFen),
  ...FUNDS.map(([heading, fund]) => column(heading, 'A', (row) => row.shares?.[fund] ?? 0)),
  column('个人现金', 'A', (row) => row.shares?.personalCashFen ?? 0),
  column('医院负担', 'A', (row) => row.shares?.hospitalPartFen ?? 0),
  column('申报金额', 'A', (row) => FUNDS.reduce((sum, [, fund]) => sum + (row.shares?.[fund] ?? 0), 0)),
  ...FUNDS.map(([heading, fund]) => column(`扣款${heading}`, 'A', (row) => row.deducted?.[fund] ?? 0)),
];
