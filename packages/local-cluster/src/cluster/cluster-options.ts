import type { Identity } from '@yijie/security';

/** Which bus the services use: PostgreSQL in the embedded cluster, Kafka by one of two clients else. */
export type BusKind = 'postgres' | 'kafkajs' | 'platformatic';

export interface ClusterOptions {
  /** Logs, keys and what else must survive a restart; outside version control. */
  readonly folder: string;
  readonly postgresUrl: string;
  readonly bus: BusKind;
  readonly kafkaBrokers?: readonly string[] | undefined;
  readonly redisUrl?: string | undefined;
  /** Before every topic, group and database name: clusters that share servers. */
  readonly prefix?: string | undefined;
  readonly treatmentProvince: string;
  readonly homeProvince: string;
  /** Hospitals, agencies and people that get a development certificate. */
  readonly identities: readonly Identity[];
  /** Clearing runs only when it is asked for. */
  readonly replicas?:
    | { readonly treatmentSite?: number; readonly homeRegion?: number; readonly clearing?: number }
    | undefined;
  /** First port; services take it and those after it. Undefined takes free ones. */
  readonly firstPort?: number | undefined;
  /** Settings of single services beyond the usual ones, for tests and measurements. */
  readonly overrides?:
    | { readonly treatmentSite?: Settings; readonly homeRegion?: Settings; readonly clearing?: Settings }
    | undefined;
  /** The day on which settlements are dated: one for which catalogue and packs hold. Undefined: today. */
  readonly settlementDay?: string | undefined;
  /** Throws away what an earlier run left in the databases. */
  readonly fresh?: boolean | undefined;
  readonly onProgress?: ((sentence: string) => void) | undefined;
}

export type Settings = Readonly<Record<string, string>>;
