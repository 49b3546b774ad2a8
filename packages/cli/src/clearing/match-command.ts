import { randomUUID } from 'node:crypto';
import {
  AcceptDifferenceResponse,
  type ExceptionRow,
  GetMatchReportResponse,
  GetMatchResponse,
  ListExceptionsResponse,
  MatchingServiceClient,
  MatchNowResponse,
  MatchSide,
  MatchState,
  RequestRefundResponse,
} from '@yijie/contracts/matching';
import { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { carryReasonWords } from './carry-words.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { dayNumber, minute, textTable, type Words, yuan } from './printing.ts';
import { schemeOf, visitKindOf } from './wire-words.ts';

/** `yijie clearing match …`: what both sides and the hospital say, and what to do where they differ. */
export function matchCommand(): Command {
  const match = new Command('match').description(
    'three-way reconcile: report, exceptions, decisions (三方对账)',
  );
  match.addCommand(reportCommand(), { isDefault: true });
  match.addCommand(listCommand());
  match.addCommand(showCommand());
  match.addCommand(nowCommand());
  match.addCommand(resendCommand());
  match.addCommand(refundCommand());
  match.addCommand(acceptCommand());
  match.addCommand(admitCommand());
  return match;
}

function reportCommand(): Command {
  return deskCommand('report', 'by pair of provinces, for the days of a period or any days (对账日报)')
    .option('--from <day>', 'first day (default: first of the period)')
    .option('--until <day>', 'day after the last (default: first of the next month)')
    .action((options: DeskOptions & { readonly from?: string; readonly until?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const answer = await desk.ask(matching, matching.getMatchReport, {
            fromDate: options.from === undefined ? desk.period * 100 + 1 : dayNumber(options.from),
            untilDate: options.until === undefined ? firstOfNext(desk.period) : dayNumber(options.until),
          });
          show(desk, GetMatchReportResponse.toJSON(answer), () => reportText(answer, desk));
        }),
      ),
    );
}

function firstOfNext(period: number): number {
  return (period % 100 === 12 ? period + 89 : period + 1) * 100 + 1;
}

function reportText({ lines, refusedWaiting }: GetMatchReportResponse, desk: Desk): string {
  const number = (heading: Words) => ({ heading, align: 'right' as const });
  const list = textTable(
    [
      { heading: { zh: '参保省', en: 'home' } },
      { heading: { zh: '就医省', en: 'treatment' } },
      number({ zh: '已知', en: 'known' }),
      number({ zh: '已入期', en: 'cleared' }),
      number({ zh: '已对平', en: 'matched' }),
      number({ zh: '仅就医方', en: 'treatment only' }),
      number({ zh: '仅参保方', en: 'home only' }),
      number({ zh: '不一致', en: 'different' }),
      number({ zh: '差额', en: 'difference' }),
    ],
    lines.map((line) => [
      line.homeProvince,
      line.treatmentProvince,
      `${line.known}`,
      `${line.cleared}`,
      `${line.matched}`,
      `${line.treatmentOnly}`,
      `${line.homeOnly}`,
      `${line.different}`,
      yuan(line.differenceFen),
    ]),
    desk.language,
  );
  if (refusedWaiting === 0) return list;
  return `${list}\n${say(desk, {
    zh: `另有 ${refusedWaiting} 条记录无法接收，待处理。`,
    en: `${refusedWaiting} records couldn't be taken and wait.`,
  })}`;
}

function listCommand(): Command {
  return deskCommand('list', 'settlements that are in no run, with the reasons (异常清单)')
    .option('--reason <code>', 'only those with this reason')
    .option('--every-period', 'of all periods', false)
    .option('--limit <rows>', 'at most so many', '200')
    .action(
      (
        options: DeskOptions & {
          readonly reason?: string;
          readonly everyPeriod: boolean;
          readonly limit: string;
        },
      ) =>
        withRefusals(options, () =>
          atDesk(options, 'reviewer', async (desk) => {
            const matching = desk.client(MatchingServiceClient);
            const rows: ExceptionRow[] = [];
            const limit = Number(options.limit);
            let pageToken = '';
            do {
              const page = await desk.ask(matching, matching.listExceptions, {
                state: MatchState.UNSPECIFIED,
                reason: options.reason ?? '',
                settledPeriod: options.everyPeriod ? 0 : desk.period,
                pageSize: Math.min(200, limit - rows.length),
                pageToken,
              });
              rows.push(...page.rows);
              pageToken = page.nextPageToken;
            } while (pageToken !== '' && rows.length < limit);
            show(desk, ListExceptionsResponse.toJSON({ rows, nextPageToken: pageToken }), () =>
              exceptionsText(rows, desk),
            );
          }),
        ),
    );
}

function exceptionsText(rows: readonly ExceptionRow[], desk: Desk): string {
  if (rows.length === 0) return say(desk, { zh: '没有异常结算。', en: 'There is no exception.' });
  return textTable(
    [
      { heading: { zh: '结算号', en: 'settlement' } },
      { heading: { zh: '参保地', en: 'home' } },
      { heading: { zh: '就医地', en: 'treatment' } },
      { heading: { zh: '险种', en: 'scheme' } },
      { heading: { zh: '类别', en: 'kind' } },
      { heading: { zh: '结算时间', en: 'settled at' } },
      { heading: { zh: '医疗费', en: 'total' }, align: 'right' },
      { heading: { zh: '原因', en: 'reasons' } },
      { heading: { zh: '差异（就医方／参保方）', en: 'differences (treatment/home)' } },
    ],
    rows.map((row) => [
      row.settlementId,
      row.homePool,
      row.treatmentPool,
      schemeOf(row.scheme)[desk.language],
      visitKindOf(row.visitKind)[desk.language],
      minute(row.settledAtMs),
      yuan(row.totalFen),
      row.reasons.map((reason) => carryReasonWords(reason)[desk.language]).join('、'),
      row.differences.map(({ field, treatment, home }) => `${field} ${treatment}/${home}`).join('; '),
    ]),
    desk.language,
  );
}

function showCommand(): Command {
  return deskCommand('show', "both sides' facts, field by field, what was decided, and its runs")
    .argument('<settlement>', 'its number')
    .action((settlementId: string, options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const answer = await desk.ask(matching, matching.getMatch, { settlementId });
          show(desk, GetMatchResponse.toJSON(answer), () => matchText(settlementId, answer, desk));
        }),
      ),
    );
}

const SIDES: Readonly<Record<number, Words>> = {
  [MatchSide.TREATMENT]: { zh: '就医方', en: 'treatment side' },
  [MatchSide.HOME]: { zh: '参保方', en: 'home side' },
};

function matchText(settlementId: string, answer: GetMatchResponse, desk: Desk): string {
  const { facts, differences, resolutions, places, reasons, isConfirmed } = answer;
  const lines = [settlementId];
  for (const fact of facts)
    lines.push(
      `  ${SIDES[fact.side]?.[desk.language] ?? fact.side}  ${minute(fact.settledAtMs)}  ${yuan(fact.totalFen)}  ${fact.homePool} → ${fact.treatmentPool}  ${fact.policyVersion}`,
    );
  for (const { field, treatment, home } of differences)
    lines.push(`  ${say(desk, { zh: '差异', en: 'differs' })}  ${field}: ${treatment} / ${home}`);
  for (const { kind, reason, decidedBy, atMs } of resolutions)
    lines.push(`  ${minute(atMs)}  ${kind}  ${decidedBy}  ${reason}`);
  lines.push(
    `  ${say(desk, isConfirmed ? { zh: '医院已确认', en: 'confirmed by the hospital' } : { zh: '医院未确认', en: 'not confirmed by the hospital' })}`,
  );
  for (const { owner, period } of places)
    lines.push(`  ${say(desk, { zh: '在清算期', en: 'in the run' })}  ${owner} ${period}`);
  if (reasons.length > 0)
    lines.push(`  ${reasons.map((reason) => carryReasonWords(reason)[desk.language]).join('、')}`);
  return lines.join('\n');
}

function nowCommand(): Command {
  return deskCommand('now', 'look at the open rows of the period once more (立即重新对账)').action(
    (options: DeskOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'treatment-clerk', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const answer = await desk.ask(matching, matching.matchNow, { settledPeriod: desk.period });
          show(desk, MatchNowResponse.toJSON(answer), () =>
            say(desk, {
              zh: `核对 ${answer.lookedAt} 笔：入期 ${answer.cleared} 笔，结转 ${answer.carried} 笔。`,
              en: `Looked at ${answer.lookedAt}: ${answer.cleared} cleared, ${answer.carried} carried.`,
            }),
          );
        }),
      ),
  );
}

interface ReasonOptions extends DeskOptions {
  readonly reason: string;
}

function decisionCommand(name: string, description: string): Command {
  return deskCommand(name, description)
    .argument('<settlement>', 'its number')
    .requiredOption('--reason <text>', 'why, without names of persons');
}

function withSide(command: Command): Command {
  return command.requiredOption('--side <side>', 'treatment or home');
}

function sideOf(text: string): MatchSide {
  if (text === 'treatment') return MatchSide.TREATMENT;
  if (text === 'home') return MatchSide.HOME;
  throw new Error(`"${text}" is no side: say treatment or home.`);
}

function resendCommand(): Command {
  return withSide(decisionCommand('resend', 'a side is to send its fact again (重传)')).action(
    (settlementId: string, options: ReasonOptions & { readonly side: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'treatment-clerk', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const { reason } = options;
          const side = sideOf(options.side);
          await desk.ask(matching, matching.requestResend, {
            idempotencyKey: randomUUID(),
            settlementId,
            side,
            reason,
          });
          show(desk, {}, () =>
            say(desk, {
              zh: '已要求重传，对方下一条记录将替换原记录。',
              en: 'Asked: its next fact replaces the earlier one.',
            }),
          );
        }),
      ),
  );
}

function refundCommand(): Command {
  return decisionCommand('refund', 'the hospital is to refund it (要求退费)').action(
    (settlementId: string, options: ReasonOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'treatment-clerk', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const { reason } = options;
          const answer = await desk.ask(matching, matching.requestRefund, {
            idempotencyKey: randomUUID(),
            settlementId,
            reason,
          });
          show(desk, RequestRefundResponse.toJSON(answer), () =>
            say(
              desk,
              answer.cancelled
                ? { zh: '退费已到，二者一并移出清单。', en: 'The refund is here: both have left the list.' }
                : { zh: '已要求医院退费。', en: 'The hospital is asked to refund it.' },
            ),
          );
        }),
      ),
  );
}

function acceptCommand(): Command {
  return withSide(decisionCommand('accept', "one side's amounts count; two persons (认可一方)")).action(
    (settlementId: string, options: ReasonOptions & { readonly side: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const { reason } = options;
          const side = sideOf(options.side);
          const request = { idempotencyKey: randomUUID(), settlementId, side, reason };
          const answer = await desk.ask(matching, matching.acceptDifference, request);
          show(desk, AcceptDifferenceResponse.toJSON(answer), () => placedText(answer, desk));
        }),
      ),
  );
}

function admitCommand(): Command {
  return decisionCommand('admit', 'lift the limit for a late row; two persons (准予迟到结算入期)').action(
    (settlementId: string, options: ReasonOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'reviewer', async (desk) => {
          const matching = desk.client(MatchingServiceClient);
          const request = { idempotencyKey: randomUUID(), settlementId, reason: options.reason };
          const answer = await desk.ask(matching, matching.admitLate, request);
          show(desk, answer, () => placedText(answer, desk));
        }),
      ),
  );
}

function placedText(
  answer: { readonly cleared: boolean; readonly reasons: readonly string[] },
  desk: Desk,
): string {
  if (answer.cleared) return say(desk, { zh: '已入清算期。', en: 'It is in its runs.' });
  const reasons = answer.reasons.map((reason) => carryReasonWords(reason)[desk.language]).join('、');
  return say(desk, { zh: `仍未入期：${reasons}。`, en: `Still in no run: ${reasons}.` });
}
