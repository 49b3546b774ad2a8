import type { Instant, LocalDate } from '@yijie/calendar';
import type { EligibilityFacts } from '../contract.ts';
import type { FilingParameters } from './filing-parameters.ts';
import type { FilingRecord } from './filing-record.ts';

/** Everything a decision of the registry needs beside the filing and the command. */
export interface RegistryContext {
  readonly now: Instant;
  /** The civil day of `now` in Asia/Shanghai. */
  readonly today: LocalDate;
  /** Who acts: the person, an agency's clerk, or a timer. For the history. */
  readonly actor: string;
  readonly parameters: FilingParameters;
  readonly homePool: string;
  readonly enrolment: EligibilityFacts['enrolment'];
  /** The newest version of every filing of the same person and scheme. */
  readonly held: readonly FilingRecord[];
  /** An unsettled stay relies on the filing. */
  readonly openStay: boolean;
  /** A settlement has used the filing. */
  readonly used: boolean;
}
