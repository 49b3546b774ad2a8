import {
  type ExplainedSettlement,
  ExplainNoticeLineResponse,
  ExplainServiceClient,
} from '@yijie/contracts/clearing';
import type { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { explainSettlement } from './explain-settlement.ts';
import { noticeLine } from './pay-command.ts';
import { textTable, yuan } from './printing.ts';
import { schemeOf, visitKindOf } from './wire-words.ts';

interface ExplainOptions extends DeskOptions {
  readonly limit: string;
  readonly settlement?: string;
}

/** `yijie clearing explain <notice>/<line>`: from the amount to its settlements, and with --settlement to their bills. */
export function explainCommand(): Command {
  return deskCommand('explain', 'walk from a notice line to settlements, and to the bill of one (溯源)')
    .argument('<line>', '<notice>/<line>, as `notice show` prints it')
    .option('--limit <rows>', 'print at most so many settlements', '50')
    .option(
      '--settlement <number>',
      'one of its settlements: both facts, its bill and the rule of each amount',
    )
    .action((line: string, options: ExplainOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          if (options.settlement !== undefined) {
            console.log(await explainSettlement(options.settlement, options, desk));
            return;
          }
          const { answer, settlements } = await wholeLine(line, Number(options.limit), desk);
          show(desk, ExplainNoticeLineResponse.toJSON({ ...answer, settlements }), () =>
            explanationText(answer, settlements, desk),
          );
        }),
      ),
    );
}

async function wholeLine(line: string, limit: number, desk: Desk) {
  const client = desk.client(ExplainServiceClient);
  const ask = (after: string) => desk.ask(client, client.explainNoticeLine, { ...noticeLine(line), after });
  const answer = await ask('');
  const settlements = [...answer.settlements];
  let next = answer.next;
  while (next !== '' && settlements.length < limit) {
    const page = await ask(next);
    settlements.push(...page.settlements);
    next = page.next;
  }
  return { answer: { ...answer, next }, settlements: settlements.slice(0, limit) };
}

function explanationText(
  { notice, line, steps, cells, deductions, next }: ExplainNoticeLineResponse,
  settlements: readonly ExplainedSettlement[],
  desk: Desk,
): string {
  const right = 'right' as const;
  const parts = [
    `${notice?.noticeNo}/${line?.lineNo}  ${notice?.party} → ${line?.counterparty}  ${yuan(line?.amountFen ?? 0)}`,
    steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n'),
    textTable(
      [
        { heading: { zh: '险种', en: 'scheme' } },
        { heading: { zh: '类别', en: 'kind' } },
        { heading: { zh: '结算月', en: 'month' } },
        { heading: { zh: '人次', en: 'times' }, align: right },
        { heading: { zh: '申报', en: 'claimed' }, align: right },
        { heading: { zh: '扣款', en: 'deducted' }, align: right },
        { heading: { zh: '净额', en: 'net' }, align: right },
      ],
      cells.map((cell) => [
        schemeOf(cell.scheme)[desk.language],
        visitKindOf(cell.visitKind)[desk.language],
        `${cell.settledPeriod}`,
        `${cell.times}`,
        yuan(cell.clearingFen),
        yuan(cell.deductedFen),
        yuan(cell.clearingFen - cell.deductedFen),
      ]),
      desk.language,
    ),
    deductions
      .map(({ deductId, settlementId, amountFen, reason, reasonText }) => {
        const what = say(desk, { zh: '扣款', en: 'deduction' });
        return `  ${what} ${deductId}  ${settlementId}  ${yuan(amountFen)}  ${reason} ${reasonText}`;
      })
      .join('\n'),
    textTable(
      [
        { heading: { zh: '结算号', en: 'settlement' } },
        { heading: { zh: '医疗机构', en: 'institution' } },
        { heading: { zh: '申报', en: 'claimed' }, align: right },
        { heading: { zh: '扣款', en: 'deducted' }, align: right },
      ],
      settlements.map((each) => [
        each.settlementId,
        each.institutionCode,
        yuan(each.clearingFen),
        yuan(each.deductedFen),
      ]),
      desk.language,
    ),
    next === '' ? '' : say(desk, { zh: '……还有更多（--limit）', en: '… there are more (--limit)' }),
    say(desk, {
      zh: '逐笔追到账单：加 --settlement <结算号>',
      en: 'To the bill of one: add --settlement <number>',
    }),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
