import {
  AdvanceServiceClient,
  GetBalancesResponse,
  GetUsageResponse,
  IssueAdjustmentResponse,
  PreviewAdjustmentResponse,
  RequestUrgentResponse,
} from '@yijie/contracts/clearing';
import { parseYuan } from '@yijie/money';
import { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { noticesText } from './notice-command.ts';
import { textTable, type Words, yuan } from './printing.ts';
import { tableText } from './table-text.ts';
import { tableFromWire } from './wire-table.ts';
import { schemeOf } from './wire-words.ts';

/** `yijie clearing advance …`: yearly adjustment, usage, urgent increase, balances of the ledger. */
export function advanceCommand(): Command {
  const advance = new Command('advance').description('advance fund and ledger (预付金、周转金)');
  advance.addCommand(usageCommand(), { isDefault: true });
  advance.addCommand(adjustCommand());
  advance.addCommand(urgentCommand());
  advance.addCommand(balancesCommand());
  return advance;
}

const LEVELS: Readonly<Record<string, Words>> = {
  NORMAL: { zh: '正常', en: 'normal' },
  YELLOW: { zh: '黄色预警', en: 'YELLOW' },
  RED: { zh: '红色预警', en: 'RED' },
};

function usageCommand(): Command {
  return deskCommand('usage', 'usage of each holder, its warning, and the urgent increases offered').action(
    (options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(AdvanceServiceClient);
          const answer = await desk.ask(client, client.getUsage, {
            run: { owner: desk.owner, period: desk.period },
          });
          show(desk, GetUsageResponse.toJSON(answer), () => usageText(answer, desk));
        }),
      ),
  );
}

function usageText({ holders }: GetUsageResponse, desk: Desk): string {
  return textTable(
    [
      { heading: { zh: '持有方', en: 'holder' } },
      { heading: { zh: '本期应收', en: 'used' }, align: 'right' },
      { heading: { zh: '预付金', en: 'held' }, align: 'right' },
      { heading: { zh: '使用率', en: 'usage' }, align: 'right' },
      { heading: { zh: '预警', en: 'level' } },
      { heading: { zh: '可紧急调增', en: 'urgent increases offered' } },
    ],
    holders.map(({ party, usedFen, heldFen, usageBp, level, offers }) => [
      party,
      yuan(usedFen),
      yuan(heldFen),
      `${yuan(usageBp)}%`,
      LEVELS[level]?.[desk.language] ?? level,
      offers.map(({ payer, offerFen }) => `${payer} ${yuan(offerFen)}`).join('; '),
    ]),
    desk.language,
  );
}

function adjustCommand(): Command {
  return deskCommand('adjust', 'tables 6-1 and 6-2 of a year; with --issue store them and make their notices')
    .requiredOption('--year <yyyy>', 'the year')
    .option('--issue <hash>', 'the content hash of the preview that was looked at')
    .action((options: DeskOptions & { readonly year: string; readonly issue?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const client = desk.client(AdvanceServiceClient);
          const request = { owner: desk.owner, year: Number(options.year) };
          if (options.issue !== undefined) {
            const issue = { ...request, contentHash: options.issue };
            const issued = await desk.ask(client, client.issueAdjustment, issue);
            show(desk, IssueAdjustmentResponse.toJSON(issued), () => noticesText(issued.notices, desk));
            return;
          }
          const preview = await desk.ask(client, client.previewAdjustment, request);
          show(desk, PreviewAdjustmentResponse.toJSON(preview), () =>
            [
              ...preview.tables.map((table) => tableText(tableFromWire(table), desk.language)),
              say(desk, {
                zh: `试算未保存。签发：yijie clearing advance adjust --year ${options.year} --issue ${preview.contentHash}`,
                en: `Nothing is stored. To issue: yijie clearing advance adjust --year ${options.year} --issue ${preview.contentHash}`,
              }),
            ].join('\n\n'),
          );
        }),
      ),
    );
}

interface UrgentOptions extends DeskOptions {
  readonly payer: string;
  readonly payee: string;
  readonly amount: string;
}

function urgentCommand(): Command {
  return deskCommand('urgent', 'an urgent increase for a pair, at most what is offered (紧急调增)')
    .requiredOption('--payer <code>', 'who pays it')
    .requiredOption('--payee <code>', 'who holds it')
    .requiredOption('--amount <yuan>', 'how much')
    .action((options: UrgentOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'treatment-clerk', async (desk) => {
          const amountFen = parseYuan(options.amount.replaceAll(',', ''));
          if (amountFen === undefined) throw new Error(`"${options.amount}" is no amount.`);
          const { payer, payee } = options;
          const client = desk.client(AdvanceServiceClient);
          const run = { owner: desk.owner, period: desk.period };
          const answer = await desk.ask(client, client.requestUrgent, { run, payer, payee, amountFen });
          show(desk, RequestUrgentResponse.toJSON(answer), () => noticesText(answer.notices, desk));
        }),
      ),
    );
}

interface BalanceOptions extends DeskOptions {
  readonly payer?: string;
  readonly payee?: string;
  readonly moment?: string;
}

function balancesCommand(): Command {
  return deskCommand('balances', 'balances of the ledger, now or at a past moment (账务余额)')
    .option('--payer <code>', 'of one payer')
    .option('--payee <code>', 'of one payee')
    .option('--moment <time>', 'entries booked until then, for example 2026-05-01T00:00+08:00')
    .action((options: BalanceOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(AdvanceServiceClient);
          const answer = await desk.ask(client, client.getBalances, {
            owner: desk.owner,
            payer: options.payer ?? '',
            payee: options.payee ?? '',
            atMs: options.moment === undefined ? 0 : momentFrom(options.moment),
          });
          show(desk, GetBalancesResponse.toJSON(answer), () => balancesText(answer, desk));
        }),
      ),
    );
}

function momentFrom(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`"${text}" is no moment: write YYYY-MM-DDTHH:MM+08:00.`);
  return at;
}

function balancesText({ balances }: GetBalancesResponse, desk: Desk): string {
  return textTable(
    [
      { heading: { zh: '科目', en: 'account' } },
      { heading: { zh: '付款方', en: 'payer' } },
      { heading: { zh: '收款方', en: 'payee' } },
      { heading: { zh: '险种', en: 'scheme' } },
      { heading: { zh: '基金', en: 'fund' } },
      { heading: { zh: '余额（借－贷）', en: 'balance (debit - credit)' }, align: 'right' },
    ],
    balances.map(({ account, payer, payee, scheme, fund, balanceFen }) => [
      account,
      payer,
      payee,
      schemeOf(scheme)[desk.language],
      fund,
      yuan(balanceFen),
    ]),
    desk.language,
  );
}
