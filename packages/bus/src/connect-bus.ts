import type { Clock, Logger } from '@yijie/runtime';
import type { Bus } from './bus.ts';
import { createKafkajsBus } from './kafkajs/bus.ts';
import { createPlatformaticBus } from './platformatic/bus.ts';
import { createPostgresBus } from './postgres/bus.ts';

/** The settings of a service that say what carries its messages. */
export interface BusSettings {
  readonly bus: 'kafkajs' | 'platformatic' | 'postgres';
  readonly kafkaBrokers: readonly string[];
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
  const kafka = { brokers: settings.kafkaBrokers, clientId, logger, clock };
  switch (settings.bus) {
    case 'kafkajs':
      return createKafkajsBus(kafka);
    case 'platformatic':
      return createPlatformaticBus(kafka);
    case 'postgres':
      return createPostgresBus({
        connectionString: settings.busUrl ?? settings.databaseUrl,
        schema: settings.busSchema,
        logger,
        clock,
      });
  }
}
