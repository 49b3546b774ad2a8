import {
  CloseRunResponse,
  CompareNettingResponse,
  ConfirmRunResponse,
  CutRunResponse,
  type GeneratedRun,
  type GenerateProgress,
  MoveRowsResponse,
  type ReproducedRun,
  RunServiceClient,
} from '@yijie/contracts/clearing';
import type { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type DeskOptions, deskCommand } from './desk.ts';
import { progressBar, textTable, type Words, yuan } from './printing.ts';

interface DryRun extends DeskOptions {
  readonly dryRun: boolean;
}

/** `yijie clearing cut`: ends the period for new rows. */
export function cutCommand(): Command {
  return deskCommand('cut', 'end the period for new rows; what matches later goes to the next (截止)')
    .option('--dry-run', 'say what would be cut, cut nothing', false)
    .action((options: DryRun) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const run = { owner: desk.owner, period: desk.period };
          const answer = await desk.ask(runs, runs.cutRun, { run, dryRun: options.dryRun });
          const { settlements, carried } = answer;
          show(desk, CutRunResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${desk.owner} ${desk.period} 期${options.dryRun ? '将截止' : '已截止'}：纳入结算 ${settlements} 笔，结转 ${carried} 笔。`,
              en: `${desk.owner} ${desk.period} ${options.dryRun ? 'would be cut' : 'is cut'}: ${settlements} settlements, ${carried} carried.`,
            }),
          );
        }),
      ),
    );
}

/** `yijie clearing generate`: makes, checks and stores the tables; or with --dry-run makes and checks them. */
export function generateCommand(): Command {
  return deskCommand(
    'generate',
    'make the tables, check them (R1–R18, R20) and store a revision (生成清算表)',
  )
    .option('--owners <codes>', 'several run owners at once, separated by commas')
    .option('--dry-run', 'make and check, store nothing', false)
    .action((options: DryRun & { readonly owners?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const owners = options.owners?.split(',') ?? [desk.owner];
          const made: GeneratedRun[] = [];
          const request = { owners, period: desk.period, dryRun: options.dryRun };
          const bar = progressBar();
          for await (const { part } of desk.listen(runs, runs.generateRun, request)) {
            if (part?.$case === 'progress') showProgress(bar, part.progress);
            if (part?.$case === 'run') made.push(part.run);
          }
          show(desk, made, () =>
            made.map((run) => say(desk, generatedWords(run, options.dryRun))).join('\n'),
          );
        }),
      ),
    );
}

function generatedWords(run: GeneratedRun, dryRun: boolean): Words {
  const { key, revision, settlements, clearingFen, contentHash, isNew, partiesTouched } = run;
  const amounts = {
    zh: `${settlements} 笔，清算金额 ${yuan(clearingFen)} 元`,
    en: `${settlements} settlements, ${yuan(clearingFen)} yuan`,
  };
  if (dryRun)
    return {
      zh: `${key?.owner} ${key?.period} 期试算通过全部校验：${amounts.zh}，内容校验码 ${contentHash}。未保存。`,
      en: `${key?.owner} ${key?.period} passes every check: ${amounts.en}, hash ${contentHash}. Nothing was stored.`,
    };
  if (!isNew)
    return {
      zh: `${key?.owner} ${key?.period} 期第 ${revision} 版内容未变，未生成新版。`,
      en: `${key?.owner} ${key?.period} revision ${revision} has this content already: nothing was stored.`,
    };
  return {
    zh: `${key?.owner} ${key?.period} 期第 ${revision} 版已生成：${amounts.zh}，内容校验码 ${contentHash}。需签章：${partiesTouched.join('、')}。`,
    en: `${key?.owner} ${key?.period} revision ${revision}: ${amounts.en}, hash ${contentHash}. To be signed by ${partiesTouched.join(', ')}.`,
  };
}

/** `yijie clearing check`: makes the tables once more and compares them with those stored (R19). */
export function checkCommand(): Command {
  return deskCommand(
    'check',
    'make the tables once more and compare with what is stored (R19, 重算核对)',
  ).action((options: DeskOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'reviewer', async (desk) => {
        const runs = desk.client(RunServiceClient);
        const request = { run: { owner: desk.owner, period: desk.period } };
        const bar = progressBar();
        let found: ReproducedRun | undefined;
        for await (const { part } of desk.listen(runs, runs.reproduceRun, request)) {
          if (part?.$case === 'progress') showProgress(bar, part.progress);
          if (part?.$case === 'run') found = part.run;
        }
        if (found === undefined) throw new Error('The service ended the check without a result.');
        const { revision, storedHash, madeHash, equal } = found;
        if (!equal) process.exitCode = 1;
        show(desk, found, () =>
          say(
            desk,
            equal
              ? {
                  zh: `第 ${revision} 版重算一致，内容校验码 ${storedHash}。`,
                  en: `Revision ${revision} is reproduced exactly, hash ${storedHash}.`,
                }
              : {
                  zh: `第 ${revision} 版重算不一致：保存的是 ${storedHash}，重算得 ${madeHash}。请勿签章，通知系统管理员。`,
                  en: `Revision ${revision} differs: stored ${storedHash}, made ${madeHash}. Don't sign; tell operations.`,
                },
          ),
        );
      }),
    ),
  );
}

function showProgress(bar: ReturnType<typeof progressBar>, { done, of, step }: GenerateProgress): void {
  bar(done, of, step);
}

/** `yijie clearing move`: takes returned rows out of the run, into the next period. */
export function moveCommand(): Command {
  return deskCommand('move', 'move disputed rows of a returned run to the next period (移出结算)')
    .argument('<settlements...>', 'numbers of settlements')
    .requiredOption('--reason <text>', 'why, without names of persons')
    .action((settlements: string[], options: DeskOptions & { readonly reason: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const run = { owner: desk.owner, period: desk.period };
          const answer = await desk.ask(runs, runs.moveRows, { run, settlements, reason: options.reason });
          show(desk, MoveRowsResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${answer.moved} 笔（含其退费）移入 ${answer.toPeriod} 期。请重新生成：clearing generate。`,
              en: `${answer.moved} rows (their refunds included) moved to ${answer.toPeriod}. Generate anew: clearing generate.`,
            }),
          );
        }),
      ),
    );
}

/** `yijie clearing confirm`: everybody has signed; nothing of the run changes any more. */
export function confirmCommand(): Command {
  return deskCommand(
    'confirm',
    'all have signed: nothing changes any more, its money is booked (确认)',
  ).action((options: DeskOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'province-signer', async (desk) => {
        const runs = desk.client(RunServiceClient);
        const answer = await desk.ask(runs, runs.confirmRun, {
          run: { owner: desk.owner, period: desk.period },
        });
        show(desk, ConfirmRunResponse.toJSON(answer), () =>
          say(desk, {
            zh: `${desk.owner} ${desk.period} 期第 ${answer.run?.revision} 版已确认，账务已登记。`,
            en: `${desk.owner} ${desk.period} revision ${answer.run?.revision} is confirmed and booked.`,
          }),
        );
      }),
    ),
  );
}

/** `yijie clearing close`: all notices are paid and received. */
export function closeCommand(): Command {
  return deskCommand('close', 'all notices are paid and received: close the run (关账)').action(
    (options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const answer = await desk.ask(runs, runs.closeRun, {
            run: { owner: desk.owner, period: desk.period },
          });
          show(desk, CloseRunResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${desk.owner} ${desk.period} 期已关账。`,
              en: `${desk.owner} ${desk.period} is closed.`,
            }),
          );
        }),
      ),
  );
}

/** `yijie clearing netting`: what each way of netting would move for the same run. */
export function nettingCommand(): Command {
  return deskCommand(
    'netting',
    'how many transfers and how much money each netting mode would move (轧差比较)',
  ).action((options: DeskOptions) =>
    withRefusals(options, () =>
      atDesk(options, 'reviewer', async (desk) => {
        const runs = desk.client(RunServiceClient);
        const answer = await desk.ask(runs, runs.compareNetting, {
          run: { owner: desk.owner, period: desk.period },
        });
        show(desk, CompareNettingResponse.toJSON(answer), () =>
          textTable(
            [
              { heading: { zh: '方式', en: 'mode' } },
              { heading: { zh: '划拨笔数', en: 'transfers' }, align: 'right' },
              { heading: { zh: '划拨金额', en: 'moved' }, align: 'right' },
              { heading: { zh: '现行', en: 'in force' } },
            ],
            answer.modes.map(({ mode, transfers, movedFen, inForce }) => [
              mode,
              `${transfers}`,
              yuan(movedFen),
              inForce ? '✓' : '',
            ]),
            desk.language,
          ),
        );
      }),
    ),
  );
}
