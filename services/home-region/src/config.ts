import { fileURLToPath } from 'node:url';
import { setting } from '@yijie/runtime';
import { z } from 'zod';

/** Every setting of the process. `npm run cluster` and the compose file set them; nothing else reads the environment. */
export const homeRegionSettings = z.object({
  province: setting.text({ meaning: 'the home province this service answers for, six digits, e.g. 430000' }),
  databaseUrl: setting.text({ meaning: 'its PostgreSQL database', secret: true }),
  databasePool: setting
    .wholeNumber({ meaning: 'connections to the database' }, { min: 4, max: 200 })
    .default(12),
  bus: setting
    .choice(
      { meaning: 'what carries messages between the regions: Kafka by one of two clients, or PostgreSQL' },
      ['kafkajs', 'platformatic', 'postgres'],
    )
    .default('kafkajs'),
  kafkaBrokers: setting
    .textList({ meaning: 'Kafka brokers, host:port, unless the bus is postgres' })
    .default(['127.0.0.1:9092']),
  kafkaAuthorityFile: setting
    .filePath({ meaning: "authority of the brokers' certificates, PEM: turns TLS to Kafka on" })
    .optional(),
  kafkaCertificateFile: setting
    .filePath({ meaning: 'certificate that Kafka knows this service by, PEM; its ACLs go by it' })
    .optional(),
  kafkaKeyFile: setting.filePath({ meaning: 'private key of that certificate, PEM' }).optional(),
  busUrl: setting
    .text({ meaning: 'PostgreSQL database of the bus, when the bus is postgres', secret: true })
    .optional(),
  busSchema: setting.text({ meaning: 'schema of the bus in that database' }).default('yijie_bus'),
  topicPrefix: setting.text({ meaning: 'put before every topic, for trials that share a broker' }).optional(),
  partitions: setting
    .wholeNumber({ meaning: 'partitions of each topic, fixed at its creation' }, { min: 1, max: 1_000 })
    .default(12),
  grpcBind: setting.hostAndPort({ meaning: 'where agencies connect' }).default('127.0.0.1:7402'),
  operationsBind: setting
    .hostAndPort({ meaning: 'where health and metrics are read' })
    .default('127.0.0.1:7492'),
  packsFolder: setting.filePath({ meaning: 'folder of the policy packs' }).default('policies'),
  dataFolder: setting.filePath({ meaning: 'folder of the reference data' }).default('data'),
  reimbursementTermsFile: setting
    .filePath({ meaning: 'terms of manual reimbursement by home pool' })
    .default('data/reimbursement/terms.json'),
  keysFolder: setting.filePath({ meaning: 'folder of certificates and keys' }),
  keysEveryMs: setting
    .wholeNumber(
      { meaning: 'how often certificates, deny-list and trusted keys are read again' },
      { min: 100, max: 3_600_000, unit: 'ms' },
    )
    .default(60_000),
  profile: setting
    .choice(
      { meaning: 'development accepts the keys that the start commands make, production refuses them' },
      ['development', 'production'],
    )
    .default('production'),
  cryptography: setting
    .choice({ meaning: 'algorithms for data at rest: AES and SHA-256, or SM4 and SM3' }, ['intl', 'gm'])
    .default('intl'),
  servicesFile: setting
    .filePath({ meaning: 'what each pool has opened for treatment away from home, by date' })
    .default('data/home-services.json'),
  filingParametersFile: setting
    .filePath({ meaning: 'what regions set for filings, YAML; data/filing_parameters.yaml when left out' })
    .optional(),
  demoMembers: setting
    .filePath({ meaning: 'invented members to enrol at start, development only (data/demo/members.json)' })
    .optional(),
  otlpEndpoint: setting
    .url({
      meaning: 'OpenTelemetry collector that takes traces over HTTP',
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    })
    .optional(),
  traceShare: setting
    .wholeNumber(
      { meaning: 'of a thousand calls that begin here, how many are traced' },
      { min: 0, max: 1_000 },
    )
    .default(100),
  logLevel: setting
    .choice({ meaning: 'least severe line written' }, ['debug', 'info', 'warn', 'error'])
    .default('info'),
  stopWithinMs: setting
    .wholeNumber({ meaning: 'how long stopping may take' }, { min: 1_000, max: 300_000, unit: 'ms' })
    .default(30_000),
});

/** What `startHomeRegion` needs besides its parts. */
export interface HomeRegionConfig {
  readonly province: string;
  readonly databasePool: number;
  readonly topicPrefix: string;
  readonly partitions: number;
  readonly grpcBind: string;
  readonly operationsBind: string;
  readonly cryptography: 'intl' | 'gm';
  readonly dataFolder: string;
  readonly reimbursementTermsFile: string;
  readonly stopWithinMs: number;
}

/** The repository's own, wherever the process was started. */
const DATA = new URL('../../../data/', import.meta.url);

export const homeRegionDefaults = {
  databasePool: 12,
  topicPrefix: '',
  partitions: 12,
  grpcBind: '127.0.0.1:0',
  operationsBind: '127.0.0.1:0',
  cryptography: 'intl',
  dataFolder: fileURLToPath(DATA),
  reimbursementTermsFile: fileURLToPath(new URL('reimbursement/terms.json', DATA)),
  stopWithinMs: 30_000,
} as const satisfies Omit<HomeRegionConfig, 'province'>;
