import type { Instant } from '@yijie/calendar';
import { type Run, RunServiceClient } from '@yijie/contracts/clearing';
import { tableCsv, tablePaper } from '@yijie/documents';
import { systemClock } from '@yijie/runtime';
import { type Command, Option } from 'commander';
import { show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { formatOption, outOption, PaperFiles, type PaperOptions } from './paper-files.ts';
import { progressBar } from './printing.ts';
import { headerFromWire, tableFromWire, tableNumber } from './wire-table.ts';

interface TableOptions extends DeskOptions, PaperOptions {
  readonly party?: string;
  readonly revision: string;
  readonly names: boolean;
  readonly stamp: boolean;
}

/** Table 9 is the run owner's, the others are its parties'. */
const PARTY_TABLES = ['10', '11', '12', '13', '14'] as const;

/** `yijie clearing export table`: attachments 9 to 14 as they were signed. */
export function exportTableCommand(): Command {
  return deskCommand('table', 'attachments 9 to 14 as they were signed; without a number all of them')
    .argument('[table]', '9, 10, 11, 12, 13 or 14')
    .option('--party <code>', 'of one party alone')
    .option('--revision <number>', 'of an earlier revision', '0')
    .option('--names', 'CSV with the stable column names instead of Chinese headings', false)
    .addOption(
      new Option('--stamp', 'print the time of printing; the file is then no longer the same twice').default(
        false,
      ),
    )
    .addOption(formatOption())
    .addOption(outOption())
    .action((table: string | undefined, options: TableOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const run = { owner: desk.owner, period: desk.period };
          const { run: found } = await desk.ask(runs, runs.getRun, { run });
          const wanted = wantedTables(table, options.party, found, desk);
          const files = new PaperFiles(options);
          const written: string[] = [];
          const bar = progressBar();
          for (const [index, { party, tableNo }] of wanted.entries()) {
            bar(index, wanted.length, `${tableNo} ${party}`);
            const request = { run, revision: Number(options.revision), party, tableNo };
            written.push(...(await writeTable(request, options, files, desk)));
          }
          bar(1, 1);
          show(desk, { files: written }, () => written.join('\n'));
        }),
      ),
    );
}

function wantedTables(
  table: string | undefined,
  party: string | undefined,
  run: Run | undefined,
  desk: Desk,
) {
  const numbers = table === undefined ? ['9', ...PARTY_TABLES] : [tableNumber(table)];
  const parties = party === undefined ? (run?.parties ?? []).map((each) => each.party) : [party];
  return numbers.flatMap((tableNo) =>
    tableNo === '9' ? [{ party: desk.owner, tableNo }] : parties.map((each) => ({ party: each, tableNo })),
  );
}

async function writeTable(
  request: {
    readonly run: { readonly owner: string; readonly period: number };
    readonly revision: number;
    readonly party: string;
    readonly tableNo: string;
  },
  options: TableOptions,
  files: PaperFiles,
  desk: Desk,
): Promise<readonly string[]> {
  const runs = desk.client(RunServiceClient);
  const answer = await desk.ask(runs, runs.getTable, request);
  if (answer.table === undefined || answer.header === undefined)
    throw new Error(`The service keeps no table ${request.tableNo} of ${request.party}.`);
  const table = tableFromWire(answer.table);
  const header = headerFromWire(answer.header);
  const printedAt = options.stamp ? (systemClock().now() as Instant) : undefined;
  const csv = await tableCsv(table, { bom: true, headings: options.names ? 'name' : 'zh' });
  const name = `${header.period}-${desk.owner}-${table.no}-${table.owner}-v${header.revision}`;
  return files.write(name, tablePaper(table, header, { printedAt }), csv);
}
