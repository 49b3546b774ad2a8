import { type Instant, localDateAt } from '@yijie/calendar';
import type { PartyCode, RunOwner } from '@yijie/clearing';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { AuditActor } from '@yijie/security';
import type { PartySigner } from '../../signing/party-signer.ts';

/** What every act on runs, notices and the year stands on. */
export interface RunDesk {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  /** Whose runs are kept here. */
  readonly owners: readonly RunOwner[];
  /** All provinces there are. */
  readonly provinces: readonly RunOwner[];
  /** Printed names of provinces and pools. */
  readonly names: ReadonlyMap<PartyCode, string>;
  readonly signer: PartySigner;
  /** In front of the names of topics. */
  readonly topicPrefix: string;
  /** Statements at a time while a run is generated. */
  readonly generateWorkers: number;
}

/** Who acts, for four eyes and for the audit trail. */
export interface Acting {
  readonly by: string;
  readonly audit: AuditActor;
}

/** The moment of an act, as the commands of the core take it. */
export function now({ clock }: RunDesk, { by }: Acting) {
  const at = clock.now() as Instant;
  return { by, at, today: localDateAt(at) };
}
