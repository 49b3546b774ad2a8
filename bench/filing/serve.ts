/**
 * A home region alone in its process, on the database and the key folder that are named: started by this benchmark, so
 * that the caller's work isn't in its times. Says where it listens, and stops when it is told.
 *
 *   node bench/filing/serve.ts <database> <bus database> <key folder>
 */
import { createPostgresBus } from '@yijie/bus';
import { homeRegionDefaults, loadHomeRegionKeys, startHomeRegion } from '@yijie/home-region';
import { createLogger, Metrics, systemClock, systemIds, systemRandom } from '@yijie/runtime';

const [databaseUrl = '', busUrl = '', folder = ''] = process.argv.slice(2);
const PROVINCE = '430000';
const clock = systemClock();
const random = systemRandom();
const ids = systemIds(clock, random);
const logger = createLogger({ level: 'error', service: 'home-region' });
const bus = await createPostgresBus({ connectionString: busUrl, schema: 'bus', logger, clock });
const keys = await loadHomeRegionKeys({
  folder,
  province: PROVINCE,
  profile: 'development',
  clock,
  entropy: ids,
});
const service = await startHomeRegion(
  { ...homeRegionDefaults, province: PROVINCE, partitions: 3 },
  {
    databaseUrl,
    bus,
    clock,
    ids,
    random,
    logger,
    metrics: new Metrics({ service: 'home-region', processMetrics: false }),
    keys,
    packsFolder: 'policies',
    services: [],
  },
);
process.send?.({ grpc: service.grpcAddress });
process.on('message', async () => {
  await service.stop();
  await bus.close();
  process.disconnect();
});
