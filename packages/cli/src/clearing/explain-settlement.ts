import type { Metadata } from '@grpc/grpc-js';
import { MatchingServiceClient } from '@yijie/contracts/matching';
import { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { personTokens } from '../client/person-tokens.ts';
import { CallFailed, unary } from '../client/unary.ts';
import { readClusterNote } from '../start/cluster-note.ts';
import { say } from './answers.ts';
import type { Desk, DeskOptions } from './desk.ts';
import { minute, yuan } from './printing.ts';

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
  const slip = await slipOf(settlementId, facts[0]?.treatmentPool ?? '', options);
  return [settlementId, ...lines, `  ${say(desk, { zh: '清算期', en: 'runs' })}  ${runs}`, '', slip].join(
    '\n',
  );
}

/** The slip with its explanation, asked of the treatment site as an agency of the treatment pool. */
async function slipOf(settlementId: string, treatmentPool: string, options: DeskOptions): Promise<string> {
  const note = readClusterNote(options.cluster);
  const pool = treatmentPool === '' ? note.treatmentPool : treatmentPool;
  const keyFolder = options.keys ?? note.keyFolder;
  const credentials = await credentialsOf(keyFolder, { kind: 'agency', pool });
  const metadata: Metadata = await personTokens(
    { ...options, role: 'treatment-clerk' },
    { keyFolder, pool, audience: 'treatment-site', defaultRole: 'treatment-clerk' },
  );
  const client = new TreatmentServiceClient(note.treatmentSite.grpc, credentials, localChannelOptions);
  try {
    const request = { settlementId: dashed(settlementId), withExplanation: true, remarks: [] };
    const { text } = await unary(client, client.getSlip, request, { deadlineMs: DEADLINE_MS, metadata });
    return text;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return error.message;
  } finally {
    client.close();
  }
}

/** Clearing names settlements by bare hexadecimal digits, the treatment site by UUIDs. */
function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
