import { type Bus, createKafkajsBus, createPostgresBus } from '@yijie/bus';
import type { Clock, Logger } from '@yijie/runtime';

export interface BusSettings {
  readonly province: string;
  readonly bus: 'kafkajs' | 'platformatic' | 'postgres';
  readonly kafkaBrokers: readonly string[];
  readonly busUrl?: string | undefined;
  readonly busSchema: string;
  readonly databaseUrl: string;
}

/** The bus that the settings name. */
export async function connectBus(
  settings: BusSettings,
  parts: { readonly logger: Logger; readonly clock: Clock },
): Promise<Bus> {
  const { province, kafkaBrokers: brokers, busUrl, databaseUrl, busSchema: schema } = settings;
  switch (settings.bus) {
    case 'kafkajs':
      return createKafkajsBus({ brokers, clientId: `treatment-site-${province}`, ...parts });
    case 'platformatic':
      throw new Error('this release has no Kafka adapter "platformatic": set YIJIE_BUS to kafkajs');
    case 'postgres':
      return createPostgresBus({ connectionString: busUrl ?? databaseUrl, schema, ...parts });
  }
}
