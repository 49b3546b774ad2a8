import { setting } from '@yijie/runtime';
import { commonSettings } from '@yijie/service';
import { z } from 'zod';

/** Every setting of the process. `npm run cluster` and the compose file set them; nothing else reads the environment. */
export const clearingSettings = z.object({
  agency: setting
    .text({
      meaning:
        'the agency that runs this service and in whose name it signs, six digits: a province, or 100000 for the national centre',
    })
    .default('100000'),
  owners: setting
    .textList({
      meaning: 'whose runs are kept here: CN for the national centre, provinces by their six digits',
    })
    .default(['CN']),
  ...commonSettings,
  grpcBind: setting
    .hostAndPort({ meaning: 'where agencies and hospitals connect' })
    .default('127.0.0.1:7403'),
  operationsBind: setting
    .hostAndPort({ meaning: 'where health and metrics are read' })
    .default('127.0.0.1:7493'),
  dataFolder: setting.filePath({ meaning: 'folder of the reference data' }).default('data'),
});

/** What `startClearing` needs besides its parts. */
export interface ClearingConfig {
  readonly agency: string;
  readonly owners: readonly string[];
  readonly databasePool: number;
  readonly topicPrefix: string;
  readonly partitions: number;
  readonly grpcBind: string;
  readonly operationsBind: string;
  readonly stopWithinMs: number;
}

export const clearingDefaults = {
  agency: '100000',
  owners: ['CN'],
  databasePool: 12,
  topicPrefix: '',
  partitions: 12,
  grpcBind: '127.0.0.1:0',
  operationsBind: '127.0.0.1:0',
  stopWithinMs: 30_000,
} as const satisfies ClearingConfig;
