import { type Part, provideKafka, providePostgres, provideRedis } from '@yijie/local-cluster';
import { Command, Option } from 'commander';
import { removeClusterNote } from './cluster-note.ts';
import { startDemonstration } from './demonstration.ts';
import { createProgress } from './progress.ts';
import { requirePorts } from './require-ports.ts';
import { showPorts } from './show-ports.ts';
import { playDemonstration } from './start-command.ts';
import { stopAtEnd } from './stop-at-end.ts';

interface ClusterCommandOptions {
  readonly client: 'kafkajs' | 'platformatic';
  readonly port: string;
  readonly clearing: boolean;
}

/** gRPC and operations of two services. */
const PORTS = 4;
/** gRPC and operations of clearing, where it is asked for. */
const CLEARING_PORTS = 2;

/** `yijie cluster` (npm run cluster): the services on Kafka, PostgreSQL and Redis. */
export function clusterCommand(): Command {
  return new Command('cluster')
    .description(
      'start the services on Kafka, PostgreSQL and Redis: from the environment, containers, or this machine',
    )
    .addOption(
      new Option('--client <name>', 'Kafka client').choices(['kafkajs', 'platformatic']).default('kafkajs'),
    )
    .option('--clearing', 'a clearing service for the centre and both provinces too', false)
    .option('--port <first>', `first of the ${PORTS} ports used`, '7610')
    .action(cluster);
}

async function cluster(options: ClusterCommandOptions): Promise<void> {
  const progress = createProgress(false);
  const ports = PORTS + (options.clearing ? CLEARING_PORTS : 0);
  const firstPort = await requirePorts(options.port, ports, 'npm run cluster');
  await stopAtEnd(progress, async (run) => {
    progress.say('Starting PostgreSQL, Kafka and Redis …');
    const parts = await provideAll((sentence) => progress.say(sentence));
    for (const { name, version, provider } of parts.all) progress.say(`  ${name} ${version} (${provider})`);
    run.keep(parts);
    const { cluster: running, note } = await startDemonstration({
      postgresUrl: parts.postgres.url,
      bus: options.client,
      kafkaBrokers: parts.kafka.url.split(','),
      redisUrl: parts.redis.url,
      firstPort,
      clearing: options.clearing,
      onProgress: (sentence) => progress.say(sentence),
    });
    run.keep({
      stop: async () => {
        removeClusterNote();
        await running.stop();
      },
    });
    const played = await playDemonstration(note, { explain: false }, progress);
    run.check();
    showPorts(progress, note, played.visitId, parts.all);
    await run.wait(running.failed);
  });
}

/** All at once: most of the time each of them waits for its own disk. */
async function provideAll(onProgress: (sentence: string) => void) {
  const made = await Promise.allSettled([
    providePostgres({ onProgress }),
    provideKafka({ onProgress }),
    provideRedis({ onProgress }),
  ]);
  const all = made.flatMap((each): Part[] => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async () => {
    await Promise.all(all.map((part) => part.stop()));
  };
  const [postgres, kafka, redis] = all;
  if (postgres === undefined || kafka === undefined || redis === undefined) {
    await stop();
    throw made.find((each) => each.status === 'rejected')?.reason;
  }
  return { postgres, kafka, redis, all, stop };
}
