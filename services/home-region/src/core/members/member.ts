import type { LocalDate } from '@yijie/calendar';
import type { PersonClass, Scheme } from '@yijie/codes';

export const INSURED_STATUSES = ['ACTIVE', 'ARREARS', 'STOPPED', 'WAITING', 'MOVED'] as const;
/** 参保状态 */
export type InsuredStatus = (typeof INSURED_STATUSES)[number];

/** An insured person as decisions see one: no name, no number. */
export interface Member {
  readonly personToken: string;
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly birthDate: LocalDate;
  readonly insuredStatus: InsuredStatus;
  readonly insuredFrom: LocalDate;
  readonly contributionYears: number;
  readonly groups: readonly string[];
}
