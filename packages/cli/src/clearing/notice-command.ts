import {
  ConfirmReceiptResponse,
  GetNoticeResponse,
  IssueNoticesResponse,
  ListNoticesResponse,
  type Notice,
  NoticeServiceClient,
  SubmitNoticeResponse,
  VoidNoticeResponse,
} from '@yijie/contracts/clearing';
import { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { noticeStateWords, overdueWords, transferKindWords } from './notice-words.ts';
import { day, textTable, yuan } from './printing.ts';

/** `yijie clearing notice …`: receipt and payment notices of a run. */
export function noticeCommand(): Command {
  const notice = new Command('notice').description('receipt and payment notices (收付款通知书)');
  notice.addCommand(listCommand(), { isDefault: true });
  notice.addCommand(issueCommand());
  notice.addCommand(showCommand());
  notice.addCommand(submitCommand());
  notice.addCommand(voidCommand());
  notice.addCommand(receivedCommand());
  return notice;
}

function listCommand(): Command {
  return deskCommand('list', 'notices of a run, what is paid of them and what is overdue')
    .option('--party <code>', 'of one party')
    .option('--category <category>', 'ADV_ADJUST, ADV_URGENT, MONTHLY or YEAR_END')
    .option('--open', 'of all periods, what is not finished', false)
    .action(
      (
        options: DeskOptions & {
          readonly party?: string;
          readonly category?: string;
          readonly open: boolean;
        },
      ) =>
        withRefusals(options, () =>
          atDesk(options, 'finance', async (desk) => {
            const client = desk.client(NoticeServiceClient);
            const answer = await desk.ask(client, client.listNotices, {
              owner: desk.owner,
              period: options.open ? '' : `${desk.period}`,
              party: options.party ?? '',
              category: options.category ?? '',
            });
            show(desk, ListNoticesResponse.toJSON(answer), () => noticesText(answer.notices, desk));
          }),
        ),
    );
}

function issueCommand(): Command {
  return deskCommand('issue', 'make the notices of a confirmed run, each with its twin (签发)').action(
    (options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.issueNotices, {
            run: { owner: desk.owner, period: desk.period },
          });
          show(desk, IssueNoticesResponse.toJSON(answer), () => noticesText(answer.notices, desk));
        }),
      ),
  );
}

function oneNotice(name: string, description: string): Command {
  return deskCommand(name, description).argument('<notice>', 'its number');
}

function showCommand(): Command {
  return oneNotice('show', 'one notice, line by line, with its payments').action(
    (noticeNo: string, options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.getNotice, { noticeNo });
          show(desk, GetNoticeResponse.toJSON(answer), () => noticeText(answer.notice, desk));
        }),
      ),
  );
}

function submitCommand(): Command {
  return oneNotice('submit', 'hand the notice to finance; from here its due date counts (提交财政)').action(
    (noticeNo: string, options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.submitNotice, { noticeNo });
          show(desk, SubmitNoticeResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${noticeNo} 已提交财政，截止 ${day(answer.notice?.dueOn ?? 0)}。`,
              en: `${noticeNo} is with finance, due on ${day(answer.notice?.dueOn ?? 0)}.`,
            }),
          );
        }),
      ),
  );
}

function voidCommand(): Command {
  return oneNotice('void', 'take a notice back before it was submitted, its twins with it (作废)')
    .requiredOption('--reason <text>', 'why, without names of persons')
    .action((noticeNo: string, options: DeskOptions & { readonly reason: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.voidNotice, { noticeNo, reason: options.reason });
          show(desk, VoidNoticeResponse.toJSON(answer), () =>
            say(desk, {
              zh: `已作废：${answer.voided.join('、')}。`,
              en: `Void: ${answer.voided.join(', ')}.`,
            }),
          );
        }),
      ),
    );
}

function receivedCommand(): Command {
  return oneNotice('received', 'the payee has the money of a receipt notice (确认到账)').action(
    (noticeNo: string, options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const answer = await desk.ask(client, client.confirmReceipt, { noticeNo });
          show(desk, ConfirmReceiptResponse.toJSON(answer), () => noticeText(answer.notice, desk));
        }),
      ),
  );
}

export function noticesText(notices: readonly Notice[], desk: Desk): string {
  if (notices.length === 0) return say(desk, { zh: '没有通知书。', en: 'There is no notice.' });
  return textTable(
    [
      { heading: { zh: '通知书', en: 'notice' } },
      { heading: { zh: '单位', en: 'party' } },
      { heading: { zh: '收付', en: 'direction' } },
      { heading: { zh: '金额', en: 'amount' }, align: 'right' },
      { heading: { zh: '已付', en: 'paid' }, align: 'right' },
      { heading: { zh: '截止', en: 'due' } },
      { heading: { zh: '状态', en: 'state' } },
      { heading: { zh: '逾期', en: 'overdue' } },
    ],
    notices.map((notice) => [
      notice.noticeNo,
      notice.party,
      directionText(notice, desk),
      yuan(notice.totalFen),
      yuan(notice.paidFen),
      day(notice.dueOn),
      noticeStateWords(notice.state)[desk.language],
      overdueText(notice, desk),
    ]),
    desk.language,
  );
}

export function noticeText(notice: Notice | undefined, desk: Desk): string {
  if (notice === undefined) return '';
  const lines = textTable(
    [
      { heading: { zh: '行次', en: 'line' }, align: 'right' },
      { heading: { zh: '对方', en: 'counterparty' } },
      { heading: { zh: '类型', en: 'kind' } },
      { heading: { zh: '职工', en: 'employee' }, align: 'right' },
      { heading: { zh: '居民', en: 'resident' }, align: 'right' },
      { heading: { zh: '金额', en: 'amount' }, align: 'right' },
      { heading: { zh: '已付', en: 'paid' }, align: 'right' },
      { heading: { zh: '银行流水', en: 'bank serials' } },
      { heading: { zh: '对方通知书', en: 'twin' } },
    ],
    notice.lines.map((line) => [
      `${line.lineNo}`,
      line.counterparty,
      transferKindWords(line.kind)[desk.language],
      yuan(line.employeeFen),
      yuan(line.residentFen),
      yuan(line.amountFen),
      yuan(line.paidFen),
      line.payments.map(({ bankSerial, tradeDate }) => `${bankSerial} ${day(tradeDate)}`).join('; '),
      `${line.twinNoticeNo}/${line.twinLineNo}`,
    ]),
    desk.language,
  );
  return `${noticesText([notice], desk)}\n\n${lines}`;
}

function directionText({ direction }: Notice, desk: Desk): string {
  return say(desk, direction === 'PAY' ? { zh: '付款', en: 'pays' } : { zh: '收款', en: 'receives' });
}

function overdueText({ overdueDays, overdueLevel }: Notice, desk: Desk): string {
  if (overdueDays <= 0) return '';
  const days = say(desk, { zh: `${overdueDays} 个工作日`, en: `${overdueDays} working days` });
  return `${days}，${overdueWords(overdueLevel)[desk.language]}`;
}
