import { readFile } from 'node:fs/promises';
import {
  ImportStatementResponse,
  ListBankExceptionsResponse,
  NoticeServiceClient,
  RecordPaymentResponse,
  ResolveBankLineResponse,
} from '@yijie/contracts/clearing';
import { parseYuan } from '@yijie/money';
import { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { noticeText } from './notice-command.ts';
import { day, dayNumber, textTable, yuan } from './printing.ts';

/** `yijie clearing pay …`: what the bank has done, one transfer at a time or a whole statement. */
export function payCommand(): Command {
  const pay = new Command('pay').description(
    'record payments: one transfer, or a bank statement (支付、对账单)',
  );
  pay.addCommand(recordCommand(), { isDefault: true });
  pay.addCommand(statementCommand());
  pay.addCommand(exceptionsCommand());
  pay.addCommand(resolveCommand());
  return pay;
}

interface PaymentOptions extends DeskOptions {
  readonly amount: string;
  readonly bank: string;
  readonly serial: string;
  readonly date: string;
}

function recordCommand(): Command {
  return deskCommand('record', 'one transfer for a notice line, as the bank made it')
    .argument('<line>', '<notice>/<line>, as `notice show` prints it')
    .requiredOption('--amount <yuan>', 'what was transferred, for example 48500.00')
    .requiredOption('--bank <name>', "the bank's name")
    .requiredOption('--serial <number>', "the bank's own number of the transfer")
    .requiredOption('--date <day>', 'trade date, YYYY-MM-DD')
    .action((line: string, options: PaymentOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.recordPayment, {
            ...noticeLine(line),
            payment: {
              bankName: options.bank,
              bankSerial: options.serial,
              tradeDate: dayNumber(options.date),
              paidFen: amountOf(options.amount),
            },
          });
          show(desk, RecordPaymentResponse.toJSON(answer), () => noticeText(answer.notice, desk));
        }),
      ),
    );
}

function statementCommand(): Command {
  return deskCommand('statement', 'import a bank statement: each line is booked or kept with its reason')
    .argument('<file>', 'CSV in UTF-8: bank_serial,trade_date,amount,counterparty,remark')
    .requiredOption('--bank <name>', "the bank's name")
    .option('--party <code>', "whose account it is (default: the desk's own agency)")
    .action((file: string, options: DeskOptions & { readonly bank: string; readonly party?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.importStatement, {
            party: options.party ?? desk.agency,
            bankName: options.bank,
            csv: await readFile(file),
          });
          if (answer.exceptions > 0) process.exitCode = 1;
          show(desk, ImportStatementResponse.toJSON(answer), () => importedText(answer, desk));
        }),
      ),
    );
}

function importedText({ booked, known, exceptions, lines }: ImportStatementResponse, desk: Desk): string {
  const sum = say(desk, {
    zh: `入账 ${booked} 笔，已入过账 ${known} 笔，待处理 ${exceptions} 笔。`,
    en: `${booked} booked, ${known} known before, ${exceptions} to be looked at.`,
  });
  const list = textTable(
    [
      { heading: { zh: '行', en: 'line' }, align: 'right' },
      { heading: { zh: '流水号', en: 'serial' } },
      { heading: { zh: '金额', en: 'amount' }, align: 'right' },
      { heading: { zh: '通知书', en: 'notice line' } },
      { heading: { zh: '说明', en: 'why' } },
    ],
    lines.map(({ line, bankSerial, amountFen, noticeNo, lineNo, code, why }) => [
      `${line}`,
      bankSerial,
      yuan(amountFen),
      noticeNo === '' ? '' : `${noticeNo}/${lineNo}`,
      code === '' ? '' : `${code} ${why}`,
    ]),
    desk.language,
  );
  return `${list}\n${sum}`;
}

function exceptionsCommand(): Command {
  return deskCommand('exceptions', 'statement lines that match no notice line, or more than one')
    .option('--party <code>', "whose account (default: the desk's own agency)")
    .action((options: DeskOptions & { readonly party?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.listBankExceptions, {
            party: options.party ?? desk.agency,
          });
          show(desk, ListBankExceptionsResponse.toJSON(answer), () => exceptionsText(answer, desk));
        }),
      ),
    );
}

function exceptionsText({ lines }: ListBankExceptionsResponse, desk: Desk): string {
  if (lines.length === 0)
    return say(desk, { zh: '没有待处理的银行流水。', en: 'No line of a statement waits.' });
  return textTable(
    [
      { heading: { zh: '编号', en: 'id' }, align: 'right' },
      { heading: { zh: '流水号', en: 'serial' } },
      { heading: { zh: '日期', en: 'date' } },
      { heading: { zh: '金额', en: 'amount' }, align: 'right' },
      { heading: { zh: '对方', en: 'counterparty' } },
      { heading: { zh: '附言', en: 'reference' } },
      { heading: { zh: '原因', en: 'code' } },
      { heading: { zh: '可能的通知书行', en: 'candidates' } },
    ],
    lines.map((line) => [
      `${line.bankLineId}`,
      line.bankSerial,
      day(line.tradeDate),
      yuan(line.amountFen),
      line.counterparty,
      line.reference,
      line.code,
      line.candidates.join(' '),
    ]),
    desk.language,
  );
}

function resolveCommand(): Command {
  return deskCommand('resolve', 'say which notice line a statement line pays, or that it belongs elsewhere')
    .argument('<id>', 'as `pay exceptions` prints it')
    .argument('[line]', '<notice>/<line>; without it the line has nothing to do with clearing')
    .requiredOption('--reason <text>', 'why, without names of persons')
    .action((id: string, line: string | undefined, options: DeskOptions & { readonly reason: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.resolveBankLine, {
            bankLineId: Number(id),
            ...(line === undefined ? { noticeNo: '', lineNo: 0 } : noticeLine(line)),
            reason: options.reason,
          });
          show(desk, ResolveBankLineResponse.toJSON(answer), () =>
            answer.notice === undefined
              ? say(desk, { zh: '已标记为与清算无关。', en: 'Marked as belonging elsewhere.' })
              : noticeText(answer.notice, desk),
          );
        }),
      ),
    );
}

/** `<notice>/<line>`; a notice of one line needs no number. */
export function noticeLine(text: string): { readonly noticeNo: string; readonly lineNo: number } {
  const match = /^([^/\s]+?)(?:\/(\d{1,6}))?$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`"${text}" names no notice line: write <notice>/<line>.`);
  return { noticeNo: match[1], lineNo: Number(match[2] ?? 1) };
}

function amountOf(text: string): number {
  const fen = parseYuan(text.replaceAll(',', ''));
  if (fen === undefined) throw new Error(`"${text}" is no amount: write yuan with at most two decimals.`);
  return fen;
}
