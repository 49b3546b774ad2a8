import type { ErrorEntry } from './entry.ts';

/** Working days (工作日). */
export const calendarErrors = {
  'CAL-YEAR': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'operations',
    retry: 'after-fix',
    zh: '没有该年度的节假日安排[（{date}）]，不能计算工作日。',
    en: 'The holidays of that year are not known[ ({date})], so working days cannot be counted.',
    remedyZh: '请更新节假日数据后重试。',
    remedyEn: 'Update the holiday data and try again.',
  },
} as const satisfies Record<string, ErrorEntry>;
