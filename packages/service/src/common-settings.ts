import { setting } from '@yijie/runtime';

/** Settings that every service has, each service adding its own. */
export const commonSettings = {
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
} as const;
