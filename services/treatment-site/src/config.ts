import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { ConfigError, setting } from '@yijie/runtime';
import { commonSettings } from '@yijie/service';
import { z } from 'zod';

/** Every setting of the process. The start commands and the compose file set them; nothing else reads the environment. */
export const treatmentSiteSettings = z.object({
  province: setting.text({
    meaning: 'the treatment province this service works for, six digits, e.g. 410000',
  }),
  ...commonSettings,
  redisUrl: setting
    .text({ meaning: 'Redis shared by the replicas; without it each keeps to itself', secret: true })
    .optional(),
  homeProvinces: setting.textList({
    meaning: 'home provinces that can be reached, six digits each: nothing is sent to others',
  }),
  grpcBind: setting.hostAndPort({ meaning: 'where hospitals connect' }).default('127.0.0.1:7401'),
  operationsBind: setting
    .hostAndPort({ meaning: 'where health and metrics are read' })
    .default('127.0.0.1:7491'),
  dataFolder: setting.filePath({ meaning: 'folder of the reference data' }).default('data'),
  referenceFolder: setting
    .filePath({
      meaning: 'a version of institutions, openings and agencies to begin with: manifest.json and its tables',
    })
    .optional(),
  noticeHours: setting
    .wholeNumber({ meaning: 'how long ahead a planned stop is announced' }, { min: 0, max: 720, unit: 'h' })
    .default(72),
  cryptography: setting
    .choice({ meaning: 'algorithms for data at rest: AES and SHA-256, or SM4 and SM3' }, ['intl', 'gm'])
    .default('intl'),
  commandLifeMs: setting
    .wholeNumber(
      { meaning: 'a command that the home region reads later than this has no effect' },
      { min: 10_000, max: 3_600_000, unit: 'ms' },
    )
    .default(300_000),
  settleBudgetMs: setting
    .wholeNumber(
      { meaning: 'how long a settlement is waited for before the answer is PENDING' },
      { min: 1_000, max: 60_000, unit: 'ms' },
    )
    .default(30_000),
  questionBudgetMs: setting
    .wholeNumber(
      { meaning: 'how long a home region may take for a question (1101, 2001, 2303)' },
      { min: 500, max: 30_000, unit: 'ms' },
    )
    .default(10_000),
  outboxRowsMax: setting
    .wholeNumber(
      { meaning: 'unsent messages from which new settlements are refused' },
      { min: 10, max: 10_000_000 },
    )
    .default(100_000),
  batchMax: setting
    .wholeNumber({ meaning: 'calls stored by one statement at most' }, { min: 1, max: 1_000 })
    .default(200),
  settlingPerSecond: setting
    .wholeNumber({ meaning: 'state-changing calls a second of one certificate' }, { min: 1, max: 1_000_000 })
    .default(500),
  inFlightPerInstitution: setting
    .wholeNumber({ meaning: 'calls of one institution under way at once' }, { min: 1, max: 100_000 })
    .default(1_000),
  settlementDay: setting
    .text({
      meaning:
        'day, YYYY-MM-DD, that settlements are dated with in trials with a bill of the past; refused in production',
    })
    .optional(),
});

/** What `startTreatmentSite` needs besides its parts. */
export interface TreatmentSiteConfig {
  readonly province: string;
  readonly homeProvinces: readonly string[];
  readonly databasePool: number;
  readonly topicPrefix: string;
  readonly partitions: number;
  readonly grpcBind: string;
  readonly operationsBind: string;
  readonly cryptography: 'intl' | 'gm';
  readonly commandLifeMs: number;
  readonly settleBudgetMs: number;
  readonly questionBudgetMs: number;
  readonly outboxRowsMax: number;
  /** Undefined: today. */
  readonly settlementDay?: LocalDate | undefined;
  readonly batchMax: number;
  readonly settlingPerSecond: number;
  readonly inFlightPerInstitution: number;
  /** A command without a result is sent again after this time. */
  readonly resendAfterMs: number;
  readonly stopWithinMs: number;
  /** How long ahead a planned stop is announced. */
  readonly noticeHours: number;
}

export const treatmentSiteDefaults = {
  databasePool: 12,
  topicPrefix: '',
  partitions: 12,
  grpcBind: '127.0.0.1:0',
  operationsBind: '127.0.0.1:0',
  cryptography: 'intl',
  commandLifeMs: 300_000,
  settleBudgetMs: 30_000,
  questionBudgetMs: 10_000,
  outboxRowsMax: 100_000,
  batchMax: 200,
  settlingPerSecond: 500,
  inFlightPerInstitution: 1_000,
  resendAfterMs: 5_000,
  stopWithinMs: 30_000,
  noticeHours: 72,
} as const satisfies Omit<TreatmentSiteConfig, 'province' | 'homeProvinces'>;

/** Checked apart, because it is a rule over two settings. */
export function settlementDayOf(
  settings: Pick<z.output<typeof treatmentSiteSettings>, 'settlementDay' | 'profile'>,
): LocalDate | undefined {
  const { settlementDay, profile } = settings;
  if (settlementDay === undefined) return undefined;
  if (profile === 'production')
    throw new ConfigError(['YIJIE_SETTLEMENT_DAY is for trials: leave it out in production.']);
  const day = parseLocalDate(settlementDay);
  if (day === undefined)
    throw new ConfigError([`YIJIE_SETTLEMENT_DAY must be a day, YYYY-MM-DD; it is "${settlementDay}".`]);
  return day;
}
