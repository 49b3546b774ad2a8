import {
  type ListNoticesResponse,
  ListRunsResponse,
  NoticeServiceClient,
  type Run,
  RunServiceClient,
} from '@yijie/contracts/clearing';
import type { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { day, textTable, yuan } from './printing.ts';
import { nextStep, partyStateWords, runStateWords } from './run-words.ts';

/** `yijie clearing status`: every run of a period, who has signed, what is owed, and what comes next. */
export function statusCommand(): Command {
  return deskCommand('status', 'where the runs of a period stand and what comes next (清算进度)')
    .option('--all', 'runs of all owners that the service keeps', false)
    .action((options: DeskOptions & { readonly all: boolean }) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const answer = await desk.ask(runs, runs.listRuns, {
            period: desk.period,
            owner: options.all ? '' : desk.owner,
          });
          const notices = await noticesOf(answer.runs, desk);
          show(desk, ListRunsResponse.toJSON(answer), () => statusText(answer.runs, notices, desk));
        }),
      ),
    );
}

async function noticesOf(
  runs: readonly Run[],
  desk: Desk,
): Promise<ReadonlyMap<string, ListNoticesResponse>> {
  const noticed = runs.filter(({ state }) => ['NOTICED', 'PAYING', 'CLOSED'].includes(state));
  const client = desk.client(NoticeServiceClient);
  return new Map(
    await Promise.all(
      noticed.map(async ({ key }): Promise<[string, ListNoticesResponse]> => {
        const owner = key?.owner ?? '';
        const period = `${desk.period}`;
        return [
          owner,
          await desk.ask(client, client.listNotices, { owner, period, party: '', category: '' }),
        ];
      }),
    ),
  );
}

function statusText(
  runs: readonly Run[],
  notices: ReadonlyMap<string, ListNoticesResponse>,
  desk: Desk,
): string {
  if (runs.length === 0)
    return say(desk, {
      zh: `${desk.period} 期还没有清算：没有可清算的结算，或本服务不负责该清算。`,
      en: `There is no run of ${desk.period}: nothing to clear yet, or kept elsewhere.`,
    });
  const list = textTable(
    [
      { heading: { zh: '清算方', en: 'owner' } },
      { heading: { zh: '期别', en: 'period' } },
      { heading: { zh: '状态', en: 'state' } },
      { heading: { zh: '版次', en: 'rev' }, align: 'right' },
      { heading: { zh: '结算', en: 'settlements' }, align: 'right' },
      { heading: { zh: '结转', en: 'carried' }, align: 'right' },
      { heading: { zh: '已签章', en: 'signed' }, align: 'right' },
      { heading: { zh: '签章截止', en: 'sign until' } },
      { heading: { zh: '待付', en: 'unpaid' }, align: 'right' },
      { heading: { zh: '下一步', en: 'next' } },
    ],
    runs.map((run) => [
      run.key?.owner ?? '',
      `${run.key?.period ?? ''}`,
      runStateWords(run.state)[desk.language],
      `${run.revision}`,
      `${run.settlements}`,
      `${run.carried}`,
      `${run.parties.filter(({ state }) => state === 'SIGNED' || state === 'DECIDED').length}/${run.parties.length}`,
      day(run.signUntil),
      unpaidOf(notices.get(run.key?.owner ?? '')),
      nextStep(run)[desk.language],
    ]),
    desk.language,
  );
  const [only] = runs;
  return runs.length === 1 && only !== undefined ? `${list}\n\n${partiesText(only, desk)}` : list;
}

/** What payment notices still owe. */
function unpaidOf(notices: ListNoticesResponse | undefined): string {
  if (notices === undefined) return '';
  const owing = notices.notices.filter(({ direction, state }) => direction === 'PAY' && state !== 'VOID');
  return yuan(owing.reduce((sum, { totalFen, paidFen }) => sum + totalFen - paidFen, 0));
}

function partiesText(run: Run, desk: Desk): string {
  return textTable(
    [
      { heading: { zh: '参加方', en: 'party' } },
      { heading: { zh: '签章', en: 'signature' } },
      { heading: { zh: '经手', en: 'by' } },
      { heading: { zh: '内容校验码', en: 'content hash' } },
      { heading: { zh: '原因', en: 'reason' } },
    ],
    run.parties.map(({ party, state, by, contentHash, reason }) => [
      party,
      partyStateWords(state)[desk.language],
      by,
      contentHash.slice(0, 16),
      reason,
    ]),
    desk.language,
  );
}
