export type { ServiceProcess } from './service-process.ts';
export {
  type BusKind,
  type Cluster,
  type ClusterOptions,
  type Settings,
  startCluster,
} from './start-cluster.ts';
