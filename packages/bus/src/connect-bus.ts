import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { type Clock, ConfigError, type Logger } from '@yijie/runtime';
import type { Bus } from './bus.ts';
import { createKafkajsBus } from './kafkajs/bus.ts';
import { createPlatformaticBus } from './platformatic/bus.ts';
import { createPostgresBus } from './postgres/bus.ts';

/** The settings of a service that say what carries its messages. */
export interface BusSettings {
  readonly bus: 'kafkajs' | 'platformatic' | 'postgres';
  readonly kafkaBrokers: readonly string[];
  /** PEM files: naming the brokers' authority turns TLS on. */
  readonly kafkaAuthorityFile?: string | undefined;
  /** The service's own certificate and its key, for brokers that ask who connects. */
  readonly kafkaCertificateFile?: string | undefined;
  readonly kafkaKeyFile?: string | undefined;
  /** Of the embedded bus; the service's own database when left out. */
  readonly busUrl?: string | undefined;
  readonly busSchema: string;
  readonly databaseUrl: string;
}

/** The bus that the settings name. */
export async function connectBus(
  settings: BusSettings,
  parts: { readonly clientId: string; readonly logger: Logger; readonly clock: Clock },
): Promise<Bus> {
  const { clientId, logger, clock } = parts;
  const kafka = async () => ({
    brokers: settings.kafkaBrokers,
    clientId,
    logger,
    clock,
    ssl: await kafkaTls(settings),
  });
  switch (settings.bus) {
    case 'kafkajs':
      return createKafkajsBus(await kafka());
    case 'platformatic':
      return createPlatformaticBus(await kafka());
    case 'postgres':
      return createPostgresBus({
        connectionString: settings.busUrl ?? settings.databaseUrl,
        schema: settings.busSchema,
        logger,
        clock,
      });
  }
}

/** Undefined: brokers are spoken to in plain text, which only a trial on one machine should do. */
async function kafkaTls({
  kafkaAuthorityFile,
  kafkaCertificateFile,
  kafkaKeyFile,
}: BusSettings): Promise<ConnectionOptions | undefined> {
  if ((kafkaCertificateFile === undefined) !== (kafkaKeyFile === undefined))
    throw new ConfigError(['YIJIE_KAFKA_CERTIFICATE_FILE and YIJIE_KAFKA_KEY_FILE go together: set both.']);
  if (kafkaAuthorityFile === undefined) {
    if (kafkaCertificateFile === undefined) return undefined;
    throw new ConfigError([
      'YIJIE_KAFKA_CERTIFICATE_FILE needs YIJIE_KAFKA_AUTHORITY_FILE, the authority of the brokers.',
    ]);
  }
  const [ca, cert, key] = await Promise.all(
    [kafkaAuthorityFile, kafkaCertificateFile, kafkaKeyFile].map((file) => file && readPem(file)),
  );
  return { ca, ...(cert && key ? { cert, key } : {}) };
}

async function readPem(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError([`${file}, named for Kafka's TLS, can't be read (${cause.code}).`]);
  });
  if (!text.includes('-----BEGIN '))
    throw new ConfigError([`${file}, named for Kafka's TLS, is no PEM file.`]);
  return text;
}
