import { FilingImportServiceClient } from '@yijie/contracts/home';
import { Command } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { type Persons, personTokens } from '../client/person-tokens.ts';
import { clusterOption, readClusterNote } from '../start/cluster-note.ts';
import { loadFilings, refusedRows } from './load-filings.ts';

interface ImportOptions extends Persons {
  readonly cluster?: string;
  readonly source: string;
}

const SAY_EVERY_MS = 1_000;

/** `yijie filings import <file>`: exit status 0 when every line was stored, 1 when some were refused. */
export function filingsCommand(): Command {
  const filings = new Command('filings').description('filings for treatment elsewhere (备案)');
  filings
    .command('import')
    .description("load another system's filings; started again after it broke off, it goes on where it was")
    .argument('<file>', 'CSV with a heading, or .jsonl')
    .requiredOption('--source <name>', 'the system that made them, for the audit trail')
    .requiredOption('--person <name>', 'the clerk who loads')
    .requiredOption('--second-person <name>', 'the clerk who has checked the file')
    .addOption(clusterOption())
    .action(importFile);
  return filings;
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const note = readClusterNote(options.cluster);
  const { keyFolder, homePool: pool } = note;
  const credentials = await credentialsOf(keyFolder, { kind: 'agency', pool });
  const client = new FilingImportServiceClient(note.homeRegion.grpc, credentials, localChannelOptions);
  const tokens = () =>
    personTokens(options, { keyFolder, pool, audience: 'home-region', defaultRole: 'home-clerk' });
  const startedMs = performance.now();
  let saidMs = startedMs;
  try {
    const done = await loadFilings({
      client,
      tokens,
      file,
      source: options.source,
      onProgress(progress) {
        const nowMs = performance.now();
        if (nowMs - saidMs < SAY_EVERY_MS) return;
        saidMs = nowMs;
        console.error(progressLine(progress, nowMs - startedMs));
      },
    });
    console.error(progressLine(done, performance.now() - startedMs));
    for await (const { line, failure } of refusedRows({ client, tokens }, done.loadId)) {
      console.log(`line ${line}  ${failure?.code}  ${failure?.messageZh}  ${failure?.messageEn}`);
      process.exitCode = 1;
    }
  } finally {
    client.close();
  }
}

function progressLine(
  { lines, accepted, refused, resumedAt }: Parameters<Parameters<typeof loadFilings>[0]['onProgress']>[0],
  ms: number,
): string {
  const rate = ms > 0 ? Math.round(((lines - resumedAt) / ms) * 1_000) : 0;
  const resumed = resumedAt > 0 ? `, went on after line ${resumedAt}` : '';
  return `${lines} lines: ${accepted} stored, ${refused} refused, ${rate} a second${resumed}`;
}
