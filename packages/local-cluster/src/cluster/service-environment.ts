import { join } from 'node:path';
import type { BusKind, ClusterOptions, Settings } from './cluster-options.ts';

export interface ServicePlace extends ClusterOptions {
  readonly keyFolder: string;
  /** Root of the repository: packs and reference data lie there. */
  readonly root: string;
  readonly databaseUrl: string;
  readonly busDatabaseUrl: string | undefined;
  readonly grpc: string;
  readonly operations: string;
}

/** Settings of services/home-region/src/config.ts. */
export function homeRegionEnvironment(place: ServicePlace): Settings {
  return {
    ...common(place),
    YIJIE_PROVINCE: place.homeProvince,
    YIJIE_PACKS_FOLDER: join(place.root, 'policies'),
    YIJIE_SERVICES_FILE: join(place.root, 'data', 'home-services.json'),
    YIJIE_DEMO_MEMBERS: join(place.root, 'data', 'demo', 'members.json'),
    ...place.overrides?.homeRegion,
  };
}

/** Settings of services/treatment-site/src/config.ts. */
export function treatmentSiteEnvironment(place: ServicePlace): Settings {
  return {
    ...common(place),
    YIJIE_PROVINCE: place.treatmentProvince,
    YIJIE_HOME_PROVINCES: place.homeProvince,
    YIJIE_DATA_FOLDER: join(place.root, 'data'),
    YIJIE_REFERENCE_FOLDER: join(place.root, 'data', 'demo', 'reference'),
    ...(place.redisUrl ? { YIJIE_REDIS_URL: place.redisUrl } : {}),
    ...(place.settlementDay ? { YIJIE_SETTLEMENT_DAY: place.settlementDay } : {}),
    ...place.overrides?.treatmentSite,
  };
}

/** Settings of services/clearing/src/config.ts: one service for the national centre and both provinces. */
export function clearingEnvironment(place: ServicePlace): Settings {
  return {
    ...common(place),
    YIJIE_OWNERS: ['CN', place.treatmentProvince, place.homeProvince].join(','),
    YIJIE_DATA_FOLDER: join(place.root, 'data'),
    ...place.overrides?.clearing,
  };
}

function common(place: ServicePlace): Settings {
  return {
    YIJIE_PROFILE: 'development',
    YIJIE_KEYS_FOLDER: place.keyFolder,
    YIJIE_DATABASE_URL: place.databaseUrl,
    YIJIE_GRPC_BIND: place.grpc,
    YIJIE_OPERATIONS_BIND: place.operations,
    YIJIE_PARTITIONS: '6',
    ...(place.prefix ? { YIJIE_TOPIC_PREFIX: place.prefix } : {}),
    ...busSettings(place),
  };
}

function busSettings({ bus, busDatabaseUrl, kafkaBrokers }: ServicePlace): Settings {
  const kinds: Record<BusKind, Settings> = {
    postgres: { YIJIE_BUS: 'postgres', YIJIE_BUS_URL: busDatabaseUrl ?? '' },
    kafkajs: { YIJIE_BUS: 'kafkajs', YIJIE_KAFKA_BROKERS: (kafkaBrokers ?? []).join(',') },
    platformatic: { YIJIE_BUS: 'platformatic', YIJIE_KAFKA_BROKERS: (kafkaBrokers ?? []).join(',') },
  };
  return kinds[bus];
}
