import { type Bus, createKafkajsBus, createPlatformaticBus, createPostgresBus } from '@yijie/bus';
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
      return createKafkajsBus({ brokers, clientId: `home-region-${province}`, ...parts });
    case 'platformatic':
      return createPlatformaticBus({ brokers, clientId: `home-region-${province}`, ...parts });
    case 'postgres':
      return createPostgresBus({ connectionString: busUrl ?? databaseUrl, schema, ...parts });
  }
}
