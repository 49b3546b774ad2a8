import { readFile } from 'node:fs/promises';
import {
  AnswerYearEndResponse,
  ApplyYearEndResponse,
  CloseYearResponse,
  GetYearEndResponse,
  IssueYearEndResponse,
  YearEndAmounts,
  YearEndServiceClient,
} from '@yijie/contracts/clearing';
import { Scheme } from '@yijie/contracts/common';
import { parseYuan } from '@yijie/money';
import { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { noticesText } from './notice-command.ts';
import { minute } from './printing.ts';
import { tableText } from './table-text.ts';
import { tableFromWire } from './wire-table.ts';

interface YearOptions extends DeskOptions {
  readonly year?: string;
}

/** `yijie clearing year-end …`: apply, answer, issue, close (年终清算). */
export function yearEndCommand(): Command {
  const yearEnd = new Command('year-end').description('year-end clearing: tables 15 to 18 (年终清算)');
  yearEnd.addCommand(showCommand(), { isDefault: true });
  yearEnd.addCommand(applyCommand());
  yearEnd.addCommand(answerCommand());
  yearEnd.addCommand(issueCommand());
  yearEnd.addCommand(closeCommand());
  return yearEnd;
}

function yearCommand(name: string, description: string): Command {
  return deskCommand(name, description).option(
    '--year <yyyy>',
    'the year (default: the one before the period)',
  );
}

/** Year-end clearing of a year happens in the next one. */
function yearOf({ year }: YearOptions, { period }: Desk): number {
  if (year === undefined) return Math.floor(period / 100) - 1;
  if (!/^\d{4}$/.test(year)) throw new Error(`"${year}" is no year.`);
  return Number(year);
}

function showCommand(): Command {
  return yearCommand('show', 'tables 15 to 18 as they stand').action((options: YearOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'reviewer', async (desk) => {
        const client = desk.client(YearEndServiceClient);
        const year = yearOf(options, desk);
        const answer = await desk.ask(client, client.getYearEnd, { owner: desk.owner, year });
        show(desk, GetYearEndResponse.toJSON(answer), () =>
          [
            say(desk, {
              zh: `${desk.owner} ${year} 年度：${STATES[answer.state] ?? answer.state}`,
              en: `${desk.owner} ${year}: ${answer.state}`,
            }),
            ...answer.tables.map((table) => tableText(tableFromWire(table), desk.language)),
          ].join('\n\n'),
        );
      }),
    ),
  );
}

const STATES: Readonly<Record<string, string>> = { OPEN: '办理中', ISSUED: '已通知', CLOSED: '已关账' };

function applyCommand(): Command {
  return yearCommand('apply', "table 15 of a treatment party from the year's rows and its own amounts (申请)")
    .option('--party <code>', "the applicant (default: the desk's own agency)")
    .option('--lines <file>', 'JSON: amounts with evidence by payer and scheme, as YearEndAmounts in proto/')
    .option('--dry-run', 'show table 15 as it would be, store nothing', false)
    .action(
      (
        options: YearOptions & { readonly party?: string; readonly lines?: string; readonly dryRun: boolean },
      ) =>
        withRefusals(options, () =>
          atDesk(options, 'treatment-clerk', async (desk) => {
            const client = desk.client(YearEndServiceClient);
            const answer = await desk.ask(client, client.applyYearEnd, {
              owner: desk.owner,
              year: yearOf(options, desk),
              payee: options.party ?? desk.agency,
              lines: options.lines === undefined ? [] : await linesFrom(options.lines),
              dryRun: options.dryRun,
            });
            show(desk, ApplyYearEndResponse.toJSON(answer), () =>
              answer.table === undefined ? '' : tableText(tableFromWire(answer.table), desk.language),
            );
          }),
        ),
    );
}

async function linesFrom(file: string): Promise<YearEndAmounts[]> {
  const lines: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(lines)) throw new Error(`${file} is no list of amounts.`);
  return lines.map((line) => YearEndAmounts.fromJSON(line));
}

interface AnswerOptions extends YearOptions {
  readonly payee: string;
  readonly payer?: string;
  readonly scheme: string;
  readonly return: boolean;
  readonly amount?: string;
  readonly opinion?: string;
}

function answerCommand(): Command {
  return yearCommand('answer', 'the home party confirms a line of table 15, or returns it (参保地意见)')
    .requiredOption('--payee <code>', 'the applicant')
    .requiredOption('--scheme <scheme>', 'employee or resident')
    .option('--payer <code>', "the home party (default: the desk's own agency)")
    .option('--amount <yuan>', 'what is confirmed, when less than the final amount')
    .option('--return', 'return it instead of confirming', false)
    .option('--opinion <text>', 'why, without names of persons')
    .action((options: AnswerOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'home-clerk', async (desk) => {
          const client = desk.client(YearEndServiceClient);
          const answer = await desk.ask(client, client.answerYearEnd, {
            owner: desk.owner,
            year: yearOf(options, desk),
            payee: options.payee,
            payer: options.payer ?? desk.agency,
            scheme: schemeFrom(options.scheme),
            confirm: !options.return,
            opinion: options.opinion ?? '',
            homeFen: options.amount === undefined ? undefined : amountFrom(options.amount),
          });
          show(desk, AnswerYearEndResponse.toJSON(answer), () =>
            answer.table === undefined ? '' : tableText(tableFromWire(answer.table), desk.language),
          );
        }),
      ),
    );
}

function schemeFrom(text: string): Scheme {
  if (text === 'employee') return Scheme.EMPLOYEE;
  if (text === 'resident') return Scheme.RESIDENT;
  throw new Error(`"${text}" is no scheme: say employee or resident.`);
}

function amountFrom(text: string): number {
  const fen = parseYuan(text.replaceAll(',', ''));
  if (fen === undefined) throw new Error(`"${text}" is no amount.`);
  return fen;
}

function issueCommand(): Command {
  return yearCommand(
    'issue',
    'tables 17 and 18 with their notices, once every line is confirmed (签发)',
  ).action((options: YearOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'province-signer', async (desk) => {
        const client = desk.client(YearEndServiceClient);
        const answer = await desk.ask(client, client.issueYearEnd, {
          owner: desk.owner,
          year: yearOf(options, desk),
        });
        show(desk, IssueYearEndResponse.toJSON(answer), () => noticesText(answer.notices, desk));
      }),
    ),
  );
}

function closeCommand(): Command {
  return yearCommand(
    'close',
    'close the year: no run takes its rows, nobody refunds them any more (关账)',
  ).action((options: YearOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'province-signer', async (desk) => {
        const client = desk.client(YearEndServiceClient);
        const year = yearOf(options, desk);
        const answer = await desk.ask(client, client.closeYear, { owner: desk.owner, year });
        show(desk, CloseYearResponse.toJSON(answer), () =>
          say(desk, {
            zh: `${year} 年度已于 ${minute(answer.closedAtMs)} 关账。`,
            en: `${year} is closed since ${minute(answer.closedAtMs)}.`,
          }),
        );
      }),
    ),
  );
}
