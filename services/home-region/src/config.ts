import { fileURLToPath } from 'node:url';
import { setting } from '@yijie/runtime';
import { commonSettings } from '@yijie/service';
import { z } from 'zod';

/** Every setting of the process. `npm run cluster` and the compose file set them; nothing else reads the environment. */
export const homeRegionSettings = z.object({
  province: setting.text({ meaning: 'the home province this service answers for, six digits, e.g. 430000' }),
  ...commonSettings,
  grpcBind: setting.hostAndPort({ meaning: 'where agencies connect' }).default('127.0.0.1:7402'),
  httpBind: setting
    .hostAndPort({ meaning: 'where the public channels reach filings over HTTPS; closed when left out' })
    .optional(),
  operationsBind: setting
    .hostAndPort({ meaning: 'where health and metrics are read' })
    .default('127.0.0.1:7492'),
  packsFolder: setting.filePath({ meaning: 'folder of the policy packs' }).default('policies'),
  dataFolder: setting.filePath({ meaning: 'folder of the reference data' }).default('data'),
  reimbursementTermsFile: setting
    .filePath({ meaning: 'terms of manual reimbursement by home pool' })
    .default('data/reimbursement/terms.json'),
  cryptography: setting
    .choice({ meaning: 'algorithms for data at rest: AES and SHA-256, or SM4 and SM3' }, ['intl', 'gm'])
    .default('intl'),
  servicesFile: setting
    .filePath({ meaning: 'what each pool has opened for treatment away from home, by date' })
    .default('data/home-services.json'),
  filingParametersFile: setting
    .filePath({ meaning: 'what regions set for filings, YAML; data/filing_parameters.yaml when left out' })
    .optional(),
  demoMembers: setting
    .filePath({ meaning: 'invented members to enrol at start, development only (data/demo/members.json)' })
    .optional(),
});

/** What `startHomeRegion` needs besides its parts. */
export interface HomeRegionConfig {
  readonly province: string;
  readonly databasePool: number;
  readonly topicPrefix: string;
  readonly partitions: number;
  readonly grpcBind: string;
  /** Undefined: the public interface stays closed. */
  readonly httpBind?: string | undefined;
  readonly operationsBind: string;
  readonly cryptography: 'intl' | 'gm';
  readonly dataFolder: string;
  readonly reimbursementTermsFile: string;
  readonly stopWithinMs: number;
}

/** The repository's own, wherever the process was started. */
const DATA = new URL('../../../data/', import.meta.url);

export const homeRegionDefaults = {
  databasePool: 12,
  topicPrefix: '',
  partitions: 12,
  grpcBind: '127.0.0.1:0',
  operationsBind: '127.0.0.1:0',
  cryptography: 'intl',
  dataFolder: fileURLToPath(DATA),
  reimbursementTermsFile: fileURLToPath(new URL('reimbursement/terms.json', DATA)),
  stopWithinMs: 30_000,
} as const satisfies Omit<HomeRegionConfig, 'province'>;
