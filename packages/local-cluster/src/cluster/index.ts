export type { BusKind, ClusterOptions, Settings } from './cluster-options.ts';
export type { ServiceProcess } from './service-process.ts';
export { type Cluster, startCluster } from './start-cluster.ts';
