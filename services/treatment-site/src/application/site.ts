import type { LocalDate } from '@yijie/calendar';
import type { Database } from '@yijie/postgres';
import type { Clock, Ids, Logger } from '@yijie/runtime';
import type { SettlementInstant } from '../core/settlement-instant.ts';
import type { CommandAcceptor } from './commands/accept-commands.ts';
import type { CommandsInFlight } from './commands/commands-in-flight.ts';
import type { RefusalRecorder } from './diagnosis/record-refusals.ts';
import type { FlowMetrics } from './flow-metrics.ts';
import type { HomeQuestions } from './questions/ask-home.ts';
import type { Institutions } from './reference/institutions.ts';
import type { ItemMappings } from './reference/item-mappings.ts';
import type { LiveReference } from './reference/live-reference.ts';
import type { Notices } from './reference/notices.ts';
import type { QuoteMemory } from './visits/quote-memory.ts';
import type { SlipIdentities } from './visits/slip-identities.ts';
import type { VisitCalls } from './visits/visit-calls.ts';
import type { VisitReader } from './visits/visit-reader.ts';

/** What the use cases of a treatment site stand on. */
export interface Site {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly commands: CommandAcceptor;
  readonly visitCalls: VisitCalls;
  readonly inFlight: CommandsInFlight;
  readonly home: HomeQuestions;
  readonly institutions: Institutions;
  readonly notices: Notices;
  readonly reference: LiveReference;
  readonly mappings: ItemMappings;
  readonly refusals: RefusalRecorder;
  readonly quotes: QuoteMemory;
  readonly slipIdentities: SlipIdentities;
  readonly visits: VisitReader;
  /** Seals bytes for the home province of a pool; undefined when its key isn't known. */
  readonly sealForHome: (homePool: string, plaintext: Uint8Array) => Buffer | undefined;
  readonly regionName: (code: string) => string;
  /** Tells other replicas; without it they find out at their next refresh. */
  readonly mappingsChanged: (institutionCode: string) => void;
  /** The same for notices and reference data. */
  readonly directoryChanged: () => void;
  readonly flow: FlowMetrics;
  readonly settings: SiteSettings;
}

export interface SiteSettings {
  readonly province: string;
  /** How long ahead a planned stop is announced, hours. */
  readonly noticeHours: number;
  readonly settlementInstant: SettlementInstant;
  /** Set in trials only: the day settlements are dated with. */
  readonly settlementDay: LocalDate | undefined;
  /** How long a settlement, refund or reversal is waited for, ms. */
  readonly settleBudgetMs: number;
  /** How long a question to the home region is waited for, ms. */
  readonly questionBudgetMs: number;
  /** Home pools that can be reached; undefined means every pool of the home provinces. */
  readonly isKnownHomePool: (pool: string) => boolean;
}
