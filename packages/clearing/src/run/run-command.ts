import type { Instant, LocalDate } from '@yijie/calendar';
import type { CheckFailure } from '../checks/check-failure.ts';
import type { PartyCode } from '../party.ts';
import type { RunContent } from '../tables/content.ts';
import type { RunState } from './run.ts';

interface By {
  /** Who acts: compared for four eyes. */
  readonly by: string;
  readonly at: Instant;
  /** The day in Asia/Shanghai. */
  readonly today: LocalDate;
}

export type RunCommand = By &
  (
    | {
        readonly event: 'cut' /** Of the period before; undefined when there was none. */;
        readonly previous: RunState | undefined;
      }
    | {
        readonly event: 'generate';
        readonly content: RunContent;
        /** What the checks found; the run stops on any. */
        readonly failures: readonly CheckFailure[];
      }
    | { readonly event: 'submit' }
    | {
        /** The signature has been verified by the shell over the party's content hash. */
        readonly event: 'sign';
        readonly party: PartyCode;
        readonly revision: number;
        readonly contentHash: string;
        readonly keyId: string;
        readonly signature: string;
      }
    | {
        readonly event: 'return';
        readonly party: PartyCode;
        readonly revision: number;
        readonly reason: string;
        /** Settlement ids; empty when the tables as a whole are returned. */
        readonly rows: readonly string[];
      }
    | { readonly event: 'decide'; readonly parties: readonly PartyCode[]; readonly reason: string }
    | {
        readonly event: 'confirm' /** Of the same period; undefined where no centre is served. */;
        readonly national: RunState | undefined;
      }
    | { readonly event: 'notice' }
    | { readonly event: 'pay' }
    | {
        readonly event: 'close' /** Lines that aren't paid in full and confirmed by the payee. */;
        readonly openLines: number;
      }
  );
