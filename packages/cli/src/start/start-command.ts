import { join } from 'node:path';
import { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { cacheDir, startEmbeddedPostgres } from '@yijie/local-cluster';
import { Command } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { type PlayedStay, playStay } from '../stay/play-stay.ts';
import { ONCOLOGY_DAY, PATIENT } from '../stay/stay-plan.ts';
import { type ClusterNote, removeClusterNote } from './cluster-note.ts';
import { startDemonstration } from './demonstration.ts';
import { createProgress, type Progress } from './progress.ts';
import { requirePorts } from './require-ports.ts';
import { showPorts } from './show-ports.ts';
import { stopAtEnd } from './stop-at-end.ts';

interface StartOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly explain: boolean;
  readonly keep: boolean;
  readonly port: string;
  readonly clearing: boolean;
}

/** gRPC and operations of two services, and PostgreSQL. */
const PORTS = 5;
/** gRPC and operations of clearing, where it is asked for. */
const CLEARING_PORTS = 2;

/** `yijie start` (npm start): the embedded cluster plays one whole stay with a real bill. */
export function startCommand(): Command {
  return new Command('start')
    .description('start the embedded cluster and play one stay with a real bill')
    .option('--once', 'end after the stay', false)
    .option('--json', 'one line of JSON on standard output, progress on standard error', false)
    .option('--explain', 'print below the slip which rule gave each amount', false)
    .option('--keep', 'go on with what the last run stored', false)
    .option('--clearing', 'a clearing service for the centre and both provinces too', false)
    .option('--port <first>', `first of the ${PORTS} ports used`, '7610')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const began = performance.now();
  const progress = createProgress(options.json);
  const onProgress = (sentence: string) => progress.say(sentence);
  const ports = PORTS + (options.clearing ? CLEARING_PORTS : 0);
  const firstPort = await requirePorts(options.port, ports, 'npm start');
  await stopAtEnd(progress, async (run) => {
    onProgress('Starting PostgreSQL …');
    const postgres = run.keep(
      await startEmbeddedPostgres({
        dataDir: join(cacheDir, 'postgres'),
        port: firstPort + ports - 1,
        onProgress,
      }),
    );
    const { cluster, note } = await startDemonstration({
      postgresUrl: postgres.url,
      bus: 'postgres',
      firstPort,
      clearing: options.clearing,
      fresh: !options.keep,
      onProgress,
    });
    run.keep({
      stop: async () => {
        removeClusterNote();
        await cluster.stop();
      },
    });
    const played = await playDemonstration(note, options, progress);
    run.check();
    if (options.json) console.log(JSON.stringify(summaryOf(played, Math.round(performance.now() - began))));
    if (options.once) return;
    showPorts(progress, note, played.visitId, [postgres]);
    await run.wait(cluster.failed);
  });
}

/** The stay as a hospital's own system would go through it. */
export async function playDemonstration(
  note: ClusterNote,
  options: { readonly explain: boolean },
  progress: Progress,
): Promise<PlayedStay> {
  const plan = ONCOLOGY_DAY;
  const identity = { kind: 'institution', institutionCode: plan.institutionCode } as const;
  const hospital = new TreatmentServiceClient(
    note.treatmentSite.grpc,
    await credentialsOf(note.keyFolder, identity),
    localChannelOptions,
  );
  try {
    progress.say(
      `A stay of ${plan.day} (the bill is of ${plan.printedDay}), hospital in ${plan.treatmentPool}, insured in ${plan.homePool}:`,
    );
    const played = await playStay(hospital, plan, PATIENT, {
      onStep: (step) => progress.step(step),
      withExplanation: options.explain,
    });
    progress.print(`\n${played.slip.text}`);
    return played;
  } finally {
    hospital.close();
  }
}

function summaryOf({ refund, second }: PlayedStay, elapsedMs: number): object {
  return {
    settlementId: second.settlementId,
    refundedSettlementId: refund.refundedSettlementId,
    totalFen: second.totalFen,
    categories: second.categories,
    shares: second.shares,
    deductiblePaidFen: second.deductiblePaidFen,
    policyVersion: second.policyVersion,
    elapsedMs,
  };
}
