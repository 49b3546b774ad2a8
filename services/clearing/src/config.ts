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
  partyKeysFile: setting
    .filePath({
      meaning: 'SM2 keys with which parties sign their tables, JSON by party; without it nobody signs',
    })
    .optional(),
  generateWorkers: setting
    .wholeNumber(
      { meaning: 'statements at a time while a run is generated: what is left serves live traffic' },
      { min: 1, max: 16 },
    )
    .default(2),
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
  readonly generateWorkers: number;
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
  generateWorkers: 2,
  stopWithinMs: 30_000,
} as const satisfies ClearingConfig;
