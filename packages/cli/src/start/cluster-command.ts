import { provideKafka, providePostgres, provideRedis } from '@yijie/local-cluster';
import { Command } from 'commander';
import { removeClusterNote } from './cluster-note.ts';
import { startDemonstration } from './demonstration.ts';
import { createProgress } from './progress.ts';
import { showPorts } from './show-ports.ts';
import { playDemonstration } from './start-command.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface ClusterCommandOptions {
  readonly client: 'kafkajs' | 'platformatic';
  readonly port: string;
}

/** `yijie cluster` (npm run cluster): the services on Kafka, PostgreSQL and Redis. */
export function clusterCommand(): Command {
  return new Command('cluster')
    .description(
      'start the services on Kafka, PostgreSQL and Redis: from the environment, containers, or this machine',
    )
    .option('--client <name>', 'Kafka client: kafkajs or platformatic', 'kafkajs')
    .option('--port <first>', 'first of the four ports used', '7610')
    .action(cluster);
}

async function cluster(options: ClusterCommandOptions): Promise<void> {
  const progress = createProgress(false);
  const onProgress = (sentence: string) => progress.say(sentence);
  const started: { stop(): Promise<void> }[] = [];
  try {
    const postgres = await providePostgres({ onProgress });
    started.push(postgres);
    const kafka = await provideKafka({ onProgress });
    started.push(kafka);
    const redis = await provideRedis({ onProgress });
    started.push(redis);
    for (const part of [postgres, kafka, redis])
      progress.say(`${part.name} ${part.version} (${part.provider})`);
    const { cluster: running, note } = await startDemonstration({
      postgresUrl: postgres.url,
      bus: options.client,
      kafkaBrokers: kafka.url.split(','),
      redisUrl: redis.url,
      firstPort: Number(options.port),
      onProgress,
    });
    started.push({
      stop: async () => {
        removeClusterNote();
        await running.stop();
      },
    });
    const played = await playDemonstration(note, { explain: false }, progress);
    showPorts(progress, note, played.visitId, postgres.url);
    await untilInterrupted(running.failed);
    progress.say('Stopping …');
  } finally {
    for (const part of started.reverse()) await part.stop();
  }
}
