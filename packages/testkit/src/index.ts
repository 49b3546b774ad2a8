export type { Part, TlsFiles } from '@yijie/local-cluster';
export { CountingIds, SeededRandom } from './fake-chance.ts';
export { FakeClock } from './fake-clock.ts';
export {
  type KafkaForTest,
  kafka,
  ownPart,
  type PostgresForTest,
  partsVariable,
  postgres,
  type RedisForTest,
  redis,
} from './parts.ts';
export { type PartName, type PartsServer, servePartsForTests } from './parts-server.ts';
export {
  type InventedInstitution,
  type InventedVersion,
  writeReferenceFolder,
} from './reference-folder.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
