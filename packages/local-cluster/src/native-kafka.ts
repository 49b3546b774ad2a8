import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaJars } from './kafka-jars.ts';
import { type Part, PartError, type StartOptions, type TlsFiles } from './part.ts';
import { claimPort, freePort } from './ports.ts';
import { runProgram } from './run-program.ts';
import { startServerProcess } from './server-process.ts';
import { until } from './until.ts';
import { kafkaVersion } from './versions.ts';

export interface NativeKafkaOptions extends StartOptions {
  /** Where the broker's jars are kept between runs. */
  readonly cacheDir: string;
  /** The default starts fast and stays small; a benchmark wants the optimising compiler and more memory. */
  readonly jvmOptions?: readonly string[] | undefined;
  /** Clients speak TLS and show a certificate of the same authority; plain text without. */
  readonly tls?: TlsFiles | undefined;
  /** Further broker settings, as in server.properties. */
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined;
}

const smallAndFast = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const javaMin = 17;
const readyWithinMs = 60_000;
const stopWithinMs = 20_000;

/** A real Apache Kafka broker, one node in KRaft mode, in a Java process of this machine. */
export async function startNativeKafka(options: NativeKafkaOptions): Promise<Part> {
  if (!(await hasJava())) throw new PartError(missingJava);
  const jars = await kafkaJars(options.cacheDir, options.onProgress);
  const port = await claimPort(options.port, 'Kafka');
  const controllerPort = await freePort();
  const data = join(options.dataDir, 'data');
  const properties = join(options.dataDir, 'server.properties');
  const logging = join(options.dataDir, 'log4j2.properties');
  mkdirSync(options.dataDir, { recursive: true });
  writeFileSync(logging, loggingProperties);
  writeFileSync(properties, serverProperties(options, { port, controllerPort, data }));
  const java = [
    ...(options.jvmOptions ?? smallAndFast),
    `-Dlog4j2.configurationFile=${logging}`,
    '-cp',
    join(jars, '*'),
  ];
  if (!existsSync(join(data, 'meta.properties'))) await format(java, properties);

  const url = `127.0.0.1:${port}`;
  const launch = () =>
    startServerProcess({
      name: 'Kafka',
      command: 'java',
      args: [...java, 'kafka.Kafka', properties],
      logFile: join(options.dataDir, 'kafka.log'),
      cwd: options.dataDir,
    });
  options.onProgress?.('Starting Apache Kafka …');
  let server = launch();
  const answers = () =>
    Promise.race([until(() => kafkaVersion(url, options.tls), readyWithinMs), server.diedEarly]);
  const version = await answers();
  return {
    name: 'kafka',
    provider: 'native',
    url,
    version,
    stop: () => server.end('SIGTERM', stopWithinMs),
    kill: () => server.end('SIGKILL', 0),
    async restart() {
      if (server.isRunning()) return;
      server = launch();
      await answers();
    },
  };
}

export const missingJava =
  `No Kafka: set YIJIE_KAFKA_BROKERS, start a Docker engine, or install Java ${javaMin} or newer ` +
  '(`apt-get install default-jre-headless`).';

export async function hasJava(): Promise<boolean> {
  const run = await runProgram('java', ['-version']);
  const major = /version "(\d+)/.exec(run.output)?.[1];
  return run.ok && major !== undefined && Number(major) >= javaMin;
}

async function format(java: readonly string[], properties: string): Promise<void> {
  // A cluster id is any 16 bytes in base64; it only has to differ from those of other clusters' logs.
  const clusterId = randomBytes(16).toString('base64url');
  const run = await runProgram('java', [
    ...java,
    'kafka.tools.StorageTool',
    'format',
    // Joined to its name: an id may begin with a dash.
    `--cluster-id=${clusterId}`,
    '-c',
    properties,
  ]);
  if (!run.ok) throw new PartError(`Kafka's storage can't be formatted:\n${run.output}`);
}

function serverProperties(
  { tls, settings: more }: NativeKafkaOptions,
  broker: { readonly port: number; readonly controllerPort: number; readonly data: string },
): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${broker.controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${broker.controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${broker.port}`,
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `CLIENT:${tls === undefined ? 'PLAINTEXT' : 'SSL'},CONTROLLER:PLAINTEXT`,
    ...(tls === undefined ? {} : tlsSettings(tls)),
    'log.dirs': broker.data,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After a SIGKILL the controller waits for the dead broker's session to end before the new one may register.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    ...more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\n', '\\n')}\n`)
    .join('');
}

/** The broker's names for what a TLS listener needs; a client without a certificate is refused. */
export function tlsSettings(tls: TlsFiles): Readonly<Record<string, string>> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': tls.certificatePem,
    'ssl.keystore.key': tls.privateKeyPem,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': tls.authorityPem,
    'ssl.client.auth': 'required',
  };
}

const loggingProperties = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
`;
