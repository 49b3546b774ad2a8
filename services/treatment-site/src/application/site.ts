import type { LocalDate } from '@yijie/calendar';
import type { Database } from '@yijie/postgres';
import type { Clock, Ids, Logger } from '@yijie/runtime';
import type { SettlementInstant } from '../core/settlement-instant.ts';
import type { CommandAcceptor } from './accept-commands.ts';
import type { HomeQuestions } from './ask-home.ts';
import type { CommandsInFlight } from './commands-in-flight.ts';
import type { FlowMetrics } from './flow-metrics.ts';
import type { Institutions } from './institutions.ts';
import type { ItemMappings } from './item-mappings.ts';
import type { LiveReference } from './live-reference.ts';
import type { Notices } from './notices.ts';
import type { QuoteMemory } from './quote-memory.ts';
import type { RefusalRecorder } from './record-refusals.ts';
import type { SlipIdentities } from './slip-identities.ts';
import type { VisitCalls } from './visit-calls.ts';
import type { VisitReader } from './visit-reader.ts';

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
