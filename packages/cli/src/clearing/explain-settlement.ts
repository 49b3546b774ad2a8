import { MatchingServiceClient } from '@yijie/contracts/matching';
import { type ChargeLine, TreatmentServiceClient } from '@yijie/contracts/treatment';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { personTokens } from '../client/person-tokens.ts';
import { CallFailed, unary } from '../client/unary.ts';
import { readClusterNote } from '../start/cluster-note.ts';
import { say } from './answers.ts';
import type { Desk, DeskOptions } from './desk.ts';
import { day, type Language, minute, textTable, yuan } from './printing.ts';

const DEADLINE_MS = 20_000;

/**
 * A settlement from the clearing's side (both facts, its runs) and from its treatment site's: the slip with the bill by
 * category, and which rule of which policy gave each amount.
 */
export async function explainSettlement(
  settlementId: string,
  options: DeskOptions,
  desk: Desk,
): Promise<string> {
  const matching = desk.client(MatchingServiceClient);
  const { facts, places } = await desk.ask(matching, matching.getMatch, { settlementId });
  const lines = facts.map(
    (fact) =>
      `  ${fact.side === 1 ? say(desk, { zh: '就医方', en: 'treatment side' }) : say(desk, { zh: '参保方', en: 'home side' })}  ${minute(fact.settledAtMs)}  ${yuan(fact.totalFen)}  ${fact.policyVersion}`,
  );
  const runs = places.map(({ owner, period }) => `${owner} ${period}`).join('、');
  const bill = await billOf(settlementId, facts[0]?.treatmentPool ?? '', options);
  return [settlementId, ...lines, `  ${say(desk, { zh: '清算期', en: 'runs' })}  ${runs}`, '', bill].join(
    '\n',
  );
}

/** Bill lines and slip with its explanation, asked of the treatment site as an agency of the treatment pool. */
async function billOf(settlementId: string, treatmentPool: string, options: DeskOptions): Promise<string> {
  const note = readClusterNote(options.cluster);
  const pool = treatmentPool === '' ? note.treatmentPool : treatmentPool;
  const keyFolder = options.keys ?? note.keyFolder;
  const credentials = await credentialsOf(keyFolder, { kind: 'agency', pool });
  const metadata = await personTokens(
    { ...options, role: 'treatment-clerk' },
    { keyFolder, pool, audience: 'treatment-site', defaultRole: 'treatment-clerk' },
  );
  const client = new TreatmentServiceClient(note.treatmentSite.grpc, credentials, localChannelOptions);
  const answer = { deadlineMs: DEADLINE_MS, metadata };
  const id = dashed(settlementId);
  try {
    const lines: ChargeLine[] = [];
    let afterLine = 0;
    do {
      const page = await unary(client, client.listBillLines, { settlementId: id, afterLine }, answer);
      lines.push(...page.lines);
      afterLine = page.nextAfterLine;
    } while (afterLine !== 0);
    const request = { settlementId: id, withExplanation: true, remarks: [] };
    const { text } = await unary(client, client.getSlip, request, answer);
    return `${billText(lines, options.language)}\n\n${text}`;
  } catch (error) {
    // The clearing's own part is worth printing also where the treatment site can't be asked.
    if (!(error instanceof CallFailed)) throw error;
    return error.message;
  } finally {
    client.close();
  }
}

function billText(lines: readonly ChargeLine[], language: Language): string {
  return textTable(
    [
      { heading: { zh: '行', en: 'line' }, align: 'right' },
      { heading: { zh: '日期', en: 'day' } },
      { heading: { zh: '项目编码', en: 'item' } },
      { heading: { zh: '项目', en: 'name' } },
      { heading: { zh: '数量', en: 'quantity' }, align: 'right' },
      { heading: { zh: '金额', en: 'amount' }, align: 'right' },
    ],
    lines.map((line) => [
      `${line.lineNumber}`,
      day(line.serviceDate),
      line.itemCode,
      `${line.itemName} ${line.specification}`.trim(),
      quantity(line.quantityE4),
      yuan(line.amountFen),
    ]),
    language,
  );
}

/** Ten-thousandths without the zeros that say nothing: 15000 as 1.5. */
function quantity(e4: number): string {
  const digits = `${Math.abs(e4)}`.padStart(5, '0');
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
  return e4 < 0 ? `-${text}` : text;
}

/** Clearing names settlements by bare hexadecimal digits, the treatment site by UUIDs. */
function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
