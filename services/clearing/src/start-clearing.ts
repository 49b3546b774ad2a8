import type { Bus } from '@yijie/bus';
import { NATIONAL_CENTRE } from '@yijie/clearing';
import { provinceOf, type RegionDirectory } from '@yijie/codes';
import {
  clearingTopic,
  createDeadLetterDesk,
  factTopic,
  type Intake,
  type OutboxRelay,
  startOutboxRelay,
} from '@yijie/exchange';
import { connectPostgres, migrate, withIndexScans } from '@yijie/postgres';
import {
  type Clock,
  createGrpcServer,
  createOperationsServer,
  type Ids,
  Lifecycle,
  type Logger,
  type Metrics,
  type Random,
  type Tracing,
} from '@yijie/runtime';
import {
  createCallerReader,
  createEdgeGuard,
  createEdgeLimits,
  createLocalRateLimiter,
  createRecordSigner,
  createRecordVerifier,
} from '@yijie/security';
import { auditChain, createIntakeProgress, keepSealedAndFresh, operationsService } from '@yijie/service';
import { factMetrics } from './application/matching/fact-metrics.ts';
import { createFactProcessor } from './application/matching/process-facts.ts';
import { watchMatching } from './application/matching/watch-matching.ts';
import { openDesk } from './application/open-desk.ts';
import { createParameterBook } from './application/parameter-book.ts';
import { watchRuns } from './application/watch-runs.ts';
import type { ClearingConfig } from './config.ts';
import { advanceService } from './inbound/grpc/advance-service.ts';
import { deductionService } from './inbound/grpc/deduction-service.ts';
import { explainService } from './inbound/grpc/explain-service.ts';
import { hospitalService } from './inbound/grpc/hospital-service.ts';
import { matchingService } from './inbound/grpc/matching-service.ts';
import { noticeService } from './inbound/grpc/notice-service.ts';
import { runService, runStreams } from './inbound/grpc/run-service.ts';
import { yearEndService } from './inbound/grpc/year-end-service.ts';
import { startFactIntake } from './inbound/kafka/fact-intake.ts';
import type { ClearingKeys } from './load-keys.ts';
import { clearingMigrations } from './repositories/migrations.ts';
import { createSm2Signer, type PartyKey } from './signing/sm2-signer.ts';

/** What the service stands on; passed in, so that it can run beside others in one process, or in a simulation. */
export interface ClearingParts {
  readonly databaseUrl: string;
  /** Its own to use; closed by whoever made it. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keys: ClearingKeys;
  /** Which regions and pools there are. */
  readonly regions: RegionDirectory;
  /** Keys with which parties sign; nobody signs without one. */
  readonly partyKeys?: ReadonlyMap<string, PartyKey> | undefined;
  readonly tracing?: Tracing | undefined;
  /** Contract files for reflection; off without them. */
  readonly descriptorSet?: string | Uint8Array | undefined;
}

export interface RunningService {
  /** host:port where agencies and hospitals connect. */
  readonly grpcAddress: string;
  /** host:port of health and metrics. */
  readonly operationsAddress: string;
  /** Finishes what was accepted. False when something had to be cut off. */
  stop(): Promise<boolean>;
}

/** A statement of the hot path takes milliseconds. */
const STATEMENT_TIMEOUT_MS = 60_000;
const RUN_STATEMENT_TIMEOUT_MS = 30 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A closed year is a handful of records a year. */
const CLOSING_PARTITIONS = 1;

/** The service put together, not started yet. */
export interface ComposedClearing {
  readonly lifecycle: Lifecycle;
  /** Known once started. */
  addresses(): Pick<RunningService, 'grpcAddress' | 'operationsAddress'>;
}

export async function startClearing(config: ClearingConfig, parts: ClearingParts): Promise<RunningService> {
  const { lifecycle, addresses } = composeClearing(config, parts);
  await lifecycle.start();
  return { ...addresses(), stop: () => lifecycle.stop() };
}

/** Adapters, application, inbound: in the order in which they start; they stop the other way round. */
export function composeClearing(config: ClearingConfig, parts: ClearingParts): ComposedClearing {
  const { clock, ids, logger, metrics, bus, keys } = parts;
  const { agency, topicPrefix, partitions } = config;
  const lifecycle = new Lifecycle({ logger, clock, stopWithinMs: config.stopWithinMs });

  const database = connectPostgres({
    connectionString: parts.databaseUrl,
    applicationName: `clearing-${agency}`,
    poolSize: config.databasePool,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onIdleError: (cause) => logger.warn('database.connection-lost', { cause }),
  });
  /** For single rows by their ids, whatever else the database is busy with. */
  const rows = connectPostgres({
    connectionString: withIndexScans(parts.databaseUrl),
    applicationName: `clearing-${agency}-rows`,
    poolSize: config.databasePool,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onIdleError: (cause) => logger.warn('database.connection-lost', { cause }),
  });
  /** For acts on runs: reading a month of millions of rows takes minutes. */
  const runs = connectPostgres({
    connectionString: parts.databaseUrl,
    applicationName: `clearing-${agency}-runs`,
    poolSize: config.generateWorkers + config.databasePool,
    statementTimeoutMs: RUN_STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onIdleError: (cause) => logger.warn('database.connection-lost', { cause }),
  });
  const parameters = createParameterBook({ database, clock, logger });
  /** How late a row may be is one limit for everybody: the national centre's. */
  const limits = {
    get maxLateMonths() {
      return parameters.of(NATIONAL_CENTRE).maxLateMonths;
    },
  };
  lifecycle.add({
    name: 'database',
    start: async () => {
      await migrate(database, await clearingMigrations());
      await parameters.load();
    },
    stop: async () => {
      await Promise.all([database.close(), rows.close(), runs.close()]);
    },
  });
  const verifier = createRecordVerifier(keys.regions);
  const processor = createFactProcessor({
    database: rows,
    rules: {
      isPool: (code) => parts.regions.isPool(code),
      fundColumns: (homePool) => parameters.of(provinceOf(homePool)).fundColumns,
      limits,
      owners: new Set(config.owners),
    },
    clock,
    metrics: factMetrics(metrics),
  });
  lifecycle.add({
    name: 'topics',
    start: () =>
      bus.ensureTopics([
        { name: factTopic(topicPrefix), partitions },
        { name: clearingTopic(topicPrefix), partitions: CLOSING_PARTITIONS },
      ]),
  });

  let outbox: OutboxRelay | undefined;
  lifecycle.add({
    name: 'outbox',
    start: async () => {
      const signer = createRecordSigner(keys.signing);
      outbox = await startOutboxRelay({ database, bus, signer, clock, random: parts.random, logger });
    },
    stop: () => outbox?.close(),
  });

  const stopping = new AbortController();
  let background: Promise<unknown> = Promise.resolve();
  lifecycle.add({
    name: 'background',
    start: () => {
      const { signal } = stopping;
      const chain = auditChain('clearing', agency);
      const calendar = () => parameters.of(NATIONAL_CENTRE).calendar;
      background = Promise.all([
        keepSealedAndFresh({ database, keys, chain, metrics, clock, logger, signal }),
        parameters.keepFresh(signal),
        watchMatching({ database, calendar, chain, metrics, clock, logger, signal }),
        watchRuns({
          database,
          owners: config.owners,
          parametersOf: (owner) => parameters.of(owner),
          metrics,
          clock,
          logger,
          signal,
        }),
      ]);
    },
    stop: async () => {
      stopping.abort();
      await background;
    },
  });

  let facts: Intake | undefined;
  lifecycle.add({
    name: 'facts',
    start: async () => {
      facts = await startFactIntake({
        bus,
        database: rows,
        processor,
        verifier,
        logger,
        agency,
        topicPrefix,
        progress: createIntakeProgress(metrics, clock),
      });
    },
    stop: () => facts?.close(),
  });

  const deadLetters = createDeadLetterDesk({
    database,
    clock,
    reprocessing: { verifier, process: (message) => processor.processAgain(message) },
  });
  const desk = openDesk({
    database: runs,
    clock,
    owners: config.owners,
    signer: createSm2Signer(parts.partyKeys ?? new Map()),
    topicPrefix,
    generateWorkers: config.generateWorkers,
    regions: parts.regions,
  });
  const grpc = createGrpcServer({
    bind: config.grpcBind,
    credentials: keys.server,
    guard: createEdgeGuard({
      callers: createCallerReader({ clock, denyList: keys.denyList, tokens: keys.tokens }),
      province: agency,
      limits: createEdgeLimits(createLocalRateLimiter()),
      clock,
    }),
    services: [
      matchingService({ database, rows, clock, rules: limits }),
      hospitalService({ database: rows, clock, rules: limits }),
      runService(desk),
      ...runStreams(desk),
      deductionService(desk),
      noticeService(desk),
      advanceService(desk),
      explainService(desk),
      yearEndService(desk),
      operationsService({
        desk: () => deadLetters,
        audit: { database, clock, keys: keys.regions, service: 'clearing', owner: agency },
      }),
    ],
    metrics,
    logger,
    clock,
    ids,
    tracing: parts.tracing,
    ...(parts.descriptorSet === undefined ? {} : { reflection: { descriptorSet: parts.descriptorSet } }),
  });
  let grpcAddress = '';
  lifecycle.add({
    name: 'grpc',
    start: async () => {
      grpcAddress = await grpc.start();
    },
    stop: (deadline) => grpc.stop(deadline),
  });

  const operations = createOperationsServer({
    bind: config.operationsBind,
    checks: [
      { name: 'database', check: () => database.ping() },
      { name: 'bus', check: () => bus.ping() },
    ],
    isStopping: () => lifecycle.isStopping,
    metrics,
    logger,
    clock,
  });
  let operationsAddress = '';
  lifecycle.add({
    name: 'operations',
    start: async () => {
      operationsAddress = await operations.start();
    },
    stop: () => operations.stop(),
  });

  return { lifecycle, addresses: () => ({ grpcAddress, operationsAddress }) };
}
