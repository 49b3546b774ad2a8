import { tlsSettings } from './native-kafka.ts';
import { type Part, PartError, type TlsFiles } from './part.ts';
import { freePort } from './ports.ts';
import { runProgram } from './run-program.ts';
import { until } from './until.ts';
import { kafkaVersion, postgresVersion, redisVersion } from './versions.ts';

const images = {
  postgres: 'postgres:18.4',
  kafka: 'apache/kafka:4.1.0',
  redis: 'redis:7.4',
} as const;

const readyWithinMs = 90_000;

/** Whether a container engine answers; the command line client alone doesn't count. */
export async function hasDocker(): Promise<boolean> {
  return (await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 5_000 }))
    .ok;
}

interface ContainerSpec {
  readonly name: keyof typeof images;
  readonly containerPort: number;
  readonly environment: Readonly<Record<string, string>>;
  url(hostPort: number): string;
  version(url: string): Promise<string>;
}

export async function startPostgresContainer(): Promise<Part> {
  return start(await freePort(), {
    name: 'postgres',
    containerPort: 5432,
    environment: { POSTGRES_PASSWORD: 'container-only' },
    url: (port) => `postgres://postgres:container-only@127.0.0.1:${port}/postgres`,
    version: postgresVersion,
  });
}

export async function startRedisContainer(): Promise<Part> {
  return start(await freePort(), {
    name: 'redis',
    containerPort: 6379,
    environment: {},
    url: (port) => `redis://127.0.0.1:${port}`,
    version: redisVersion,
  });
}

/** Kafka tells clients its own address, so the host port is fixed before the container starts. */
export async function startKafkaContainer(tls?: TlsFiles): Promise<Part> {
  const port = await freePort();
  return start(port, {
    name: 'kafka',
    containerPort: 9092,
    environment: {
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: 'CLIENT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://127.0.0.1:${port}`,
      KAFKA_INTER_BROKER_LISTENER_NAME: 'CLIENT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: `CLIENT:${tls === undefined ? 'PLAINTEXT' : 'SSL'},CONTROLLER:PLAINTEXT`,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      ...(tls === undefined ? {} : environmentOf(tlsSettings(tls))),
    },
    url: (hostPort) => `127.0.0.1:${hostPort}`,
    version: (address) => kafkaVersion(address, tls),
  });
}

/** `ssl.client.auth` is `KAFKA_SSL_CLIENT_AUTH` to the image. */
function environmentOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      value,
    ]),
  );
}

async function start(hostPort: number, spec: ContainerSpec): Promise<Part> {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const container = await new GenericContainer(images[spec.name])
    .withEnvironment(spec.environment)
    .withExposedPorts({ container: spec.containerPort, host: hostPort })
    .start()
    .catch((cause: Error) => {
      throw new PartError(`The container of ${images[spec.name]} can't be started: ${cause.message}`, {
        cause,
      });
    });
  const url = spec.url(hostPort);
  const answers = () => until(() => spec.version(url), readyWithinMs);
  const version = await answers();
  const engine = async () => (await getContainerRuntimeClient()).container.getById(container.getId());
  return {
    name: spec.name,
    provider: 'docker',
    url,
    version,
    stop: async () => {
      await container.stop();
    },
    kill: async () => {
      await (await engine()).kill();
    },
    restart: async () => {
      await (await engine()).start();
      await answers();
    },
  };
}
