import type { Bus } from '@yijie/bus';
import { provinceOf } from '@yijie/codes';
import {
  CREDENTIAL_CONTEXT,
  createDeadLetterDesk,
  factTopic,
  type Intake,
  type OutboxRelay,
  resultTopic,
  startOutboxRelay,
} from '@yijie/exchange';
import { connectPostgres, type Database, migrate, withIndexScans } from '@yijie/postgres';
import { catalogueRegions, mappingInstitutions, readCatalogue, readMappings } from '@yijie/reference-data';
import {
  type Clock,
  createGrpcServer,
  createOperationsServer,
  type Ids,
  Lifecycle,
  type Logger,
  type Metrics,
  metric,
  type Random,
  type Tracing,
} from '@yijie/runtime';
import {
  createCallerReader,
  createColumnCipher,
  createEdgeGuard,
  createEdgeLimits,
  createLocalRateLimiter,
  createRecordSigner,
  createRecordVerifier,
  createRedisBuckets,
  createSharedRateLimiter,
  DEFAULT_EDGE_LIMITS,
  type RecordSigner,
  sealFor,
} from '@yijie/security';
import { auditChain, keepSealedAndFresh, operationsService } from '@yijie/service';
import { createCommandAcceptor } from './application/commands/accept-commands.ts';
import { createCommandsInFlight } from './application/commands/commands-in-flight.ts';
import { createRecovery, type Recovery } from './application/commands/recover-commands.ts';
import { createResultStore, type ResultStore } from './application/commands/store-results.ts';
import { createRefusalRecorder } from './application/diagnosis/record-refusals.ts';
import { flowMetrics } from './application/flow-metrics.ts';
import { flushMetrics } from './application/flush-metrics.ts';
import { createHomeQuestions } from './application/questions/ask-home.ts';
import { openInstitutions } from './application/reference/institutions.ts';
import { openItemMappings } from './application/reference/item-mappings.ts';
import { openLiveReference } from './application/reference/live-reference.ts';
import { openNotices } from './application/reference/notices.ts';
import { openSharedCache, type SharedCache } from './application/shared-cache.ts';
import type { Site } from './application/site.ts';
import { createSlipIdentities } from './application/visits/slip-identities.ts';
import { createVisitCalls } from './application/visits/visit-calls.ts';
import { createVisitReader } from './application/visits/visit-reader.ts';
import { watchBacklogs } from './application/watch-backlogs.ts';
import type { TreatmentSiteConfig } from './config.ts';
import { datedNow, datedOn } from './core/settlement-instant.ts';
import { diagnosisService } from './inbound/grpc/diagnosis-service.ts';
import { directoryService } from './inbound/grpc/directory-service.ts';
import { referenceService } from './inbound/grpc/reference-service.ts';
import { treatmentService, treatmentStream } from './inbound/grpc/treatment-service.ts';
import { startResultIntake } from './inbound/kafka/result-intake.ts';
import type { TreatmentSiteKeys } from './load-keys.ts';
import { loadReferenceFolder } from './load-reference-folder.ts';
import { loadCommands } from './repositories/load-commands.ts';
import { treatmentMigrations } from './repositories/migrations.ts';

/** What the service stands on; passed in, so that it can run beside others in one process, or in a simulation. */
export interface TreatmentSiteParts {
  readonly databaseUrl: string;
  /** Its own to use; closed by whoever made it. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keys: TreatmentSiteKeys;
  /** Folder of catalogues and mapping tables. */
  readonly dataFolder: string;
  /** A version of the reference data to begin with; later ones come by ReferenceService. */
  readonly referenceFolder?: string | undefined;
  readonly regionName: (code: string) => string;
  readonly redisUrl?: string | undefined;
  readonly tracing?: Tracing | undefined;
  /** Contract files for reflection; off without them. */
  readonly descriptorSet?: string | Uint8Array | undefined;
}

export interface RunningService {
  /** host:port where hospitals connect. */
  readonly grpcAddress: string;
  /** host:port of health and metrics. */
  readonly operationsAddress: string;
  /** Finishes what was accepted. False when something had to be cut off. */
  stop(): Promise<boolean>;
}

const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;
const RECOVERY_EVERY_MS = 1_000;
/** The part of a rate that a replica grants by itself while Redis is away. */
const FALLBACK_SHARE = 0.5;

/** The service and the addresses it has once started. */
export interface ComposedTreatmentSite {
  readonly lifecycle: Lifecycle;
  /** After the start. */
  addresses(): { readonly grpcAddress: string; readonly operationsAddress: string };
}

export async function startTreatmentSite(
  config: TreatmentSiteConfig,
  parts: TreatmentSiteParts,
): Promise<RunningService> {
  const { lifecycle, addresses } = composeTreatmentSite(config, parts);
  await lifecycle.start();
  return { ...addresses(), stop: () => lifecycle.stop() };
}

/** The whole service: adapters, application, inbound, in the order in which they start. */
export function composeTreatmentSite(
  config: TreatmentSiteConfig,
  parts: TreatmentSiteParts,
): ComposedTreatmentSite {
  const { clock, logger, metrics, bus, random } = parts;
  const { province, topicPrefix } = config;
  const lifecycle = new Lifecycle({ logger, clock, stopWithinMs: config.stopWithinMs });
  const stopping = new AbortController();
  const signer = createRecordSigner(parts.keys.signing);
  const database = connectPostgres({
    connectionString: withIndexScans(parts.databaseUrl),
    applicationName: `treatment-site-${province}`,
    poolSize: config.databasePool,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onIdleError: (cause) => logger.warn('database-connection-lost', { cause }),
  });
  const cache = openSharedCache({ redisUrl: parts.redisUrl, province, logger, metrics });

  lifecycle.add({
    name: 'database',
    start: async () => {
      await migrate(database, await treatmentMigrations());
      const folder = parts.referenceFolder;
      if (folder !== undefined) await loadReferenceFolder({ database, clock, logger, province, folder });
    },
    stop: () => database.close(),
  });
  lifecycle.add({ name: 'cache', stop: () => cache.close() });
  lifecycle.add({
    name: 'topics',
    start: () =>
      bus.ensureTopics([
        { name: resultTopic(province, topicPrefix), partitions: config.partitions },
        { name: factTopic(topicPrefix), partitions: config.partitions },
      ]),
  });
  let relay: OutboxRelay;
  lifecycle.add({
    name: 'outbox',
    start: async () => {
      relay = await startOutboxRelay({
        database,
        bus,
        signer,
        clock,
        random,
        logger,
        patientTopics: new Set([factTopic(topicPrefix)]),
      });
    },
    stop: () => relay.close(),
  });

  let running: Application;
  lifecycle.add({
    name: 'application',
    start: async () => {
      running = await startApplication(config, parts, { database, relay, signer, cache });
    },
    stop: () => running.stop(),
  });

  let background: Promise<unknown> = Promise.resolve();
  lifecycle.add({
    name: 'background',
    start: () => {
      const { signal } = stopping;
      const chain = auditChain('treatment-site', province);
      const { institutions, notices, reference, mappings } = running.site;
      background = Promise.all([
        keepSealedAndFresh({ database, keys: parts.keys, chain, metrics, clock, logger, signal }),
        watchBacklogs({
          database,
          relay,
          institutions,
          notices,
          reference,
          mappings,
          chain,
          outboxRowsMax: config.outboxRowsMax,
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

  let operationsAddress = '';
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
  lifecycle.add({
    name: 'operations',
    start: async () => {
      operationsAddress = await operations.start();
    },
    stop: () => operations.stop(),
  });

  let grpcAddress = '';
  let server: ReturnType<typeof createEdge>;
  lifecycle.add({
    name: 'grpc',
    start: async () => {
      server = createEdge(config, parts, { database, cache, ...running });
      grpcAddress = await server.start();
    },
    stop: (deadline) => server.stop(deadline),
  });

  return { lifecycle, addresses: () => ({ grpcAddress, operationsAddress }) };
}

interface Application {
  readonly site: Site;
  readonly results: ResultStore;
  stop(): Promise<void>;
}

async function startApplication(
  config: TreatmentSiteConfig,
  parts: TreatmentSiteParts,
  adapters: {
    readonly database: Database;
    readonly relay: OutboxRelay;
    readonly signer: RecordSigner;
    readonly cache: SharedCache;
  },
): Promise<Application> {
  const { clock, ids, logger, metrics, bus } = parts;
  const { database, relay, signer, cache } = adapters;
  const { province, topicPrefix } = config;
  const flow = flowMetrics(metrics);
  // Reading the reference data takes the event loop for a while: nothing else is under way meanwhile.
  const shipped = referenceData(province, parts.dataFolder);
  const notices = await openNotices(database, clock);
  const institutions = await openInstitutions(database, clock, notices);
  const mappings = await openItemMappings({ database, ...shipped });
  const reference = await openLiveReference({ database, institutions, mappings });
  await cache.onDirectoryChanged(() => {
    Promise.all([notices.refresh(), reference.refresh()]).catch((cause: Error) =>
      logger.warn('directory-not-reloaded', { cause }),
    );
  });
  await cache.onMappingsChanged((institutionCode) => {
    mappings.reload(institutionCode).catch((cause: Error) => logger.warn('mappings-not-reloaded', { cause }));
  });
  const inFlight = createCommandsInFlight({
    clock,
    logger,
    lookUp: async (commandIds) =>
      (await loadCommands(database, commandIds)).flatMap(({ command, result }) =>
        result ? [{ commandId: command.commandId, result }] : [],
      ),
  });

  let intake: Intake | undefined;
  const replyPartition = roundRobin(() => intake?.owned(resultTopic(province, topicPrefix)) ?? []);
  const home = createHomeQuestions({ bus, signer, clock, ids, logger, topicPrefix, replyPartition });
  const deadLetters = metrics.counter(metric.deadLettersWritten);
  const results = createResultStore({
    database,
    relay,
    inFlight,
    home,
    clock,
    logger,
    flow,
    metrics: flushMetrics(metrics, clock, 'results'),
    onDeadLetter: (topic, code) => deadLetters.labels(topic, code).inc(),
    topicPrefix,
    tracing: parts.tracing,
  });
  const settlementInstant = config.settlementDay === undefined ? datedNow : datedOn(config.settlementDay);
  const commands = createCommandAcceptor({
    database,
    relay,
    inFlight,
    clock,
    ids,
    logger,
    metrics: flushMetrics(metrics, clock, 'commands'),
    indexFor: mappings.indexFor,
    replyPartition,
    topicPrefix,
    settlementInstant,
    commandLifeMs: config.commandLifeMs,
    batchMax: config.batchMax,
    outboxRowsMax: config.outboxRowsMax,
  });
  const visitCalls = createVisitCalls({
    database,
    clock,
    logger,
    metrics: flushMetrics(metrics, clock, 'visits'),
    batchMax: config.batchMax,
  });
  const refusals = createRefusalRecorder({ database, clock, ids, logger });
  const recovery: Recovery = createRecovery({
    database,
    bus,
    relay,
    signer,
    clock,
    logger,
    metrics,
    topicPrefix,
    resendAfterMs: config.resendAfterMs,
    everyMs: RECOVERY_EVERY_MS,
  });
  const cipher = createColumnCipher({
    region: province,
    profile: config.cryptography,
    keys: parts.keys.data,
    entropy: ids,
  });
  const homeProvinces = new Set<string>(config.homeProvinces);
  const site: Site = {
    database,
    clock,
    ids,
    logger,
    commands,
    visitCalls,
    inFlight,
    home,
    institutions,
    notices,
    reference,
    mappings,
    refusals,
    quotes: cache.quotes,
    slipIdentities: createSlipIdentities(cipher, clock),
    visits: createVisitReader(database),
    sealForHome: (homePool, plaintext) => {
      const key = parts.keys.sealing.get(provinceOf(homePool));
      return key && sealFor(key, plaintext, CREDENTIAL_CONTEXT, ids);
    },
    regionName: (code) => reference.regionName(code) ?? parts.regionName(code),
    mappingsChanged: cache.mappingsChanged,
    directoryChanged: cache.directoryChanged,
    flow,
    settings: {
      province,
      noticeHours: config.noticeHours,
      settlementInstant,
      settlementDay: config.settlementDay,
      settleBudgetMs: config.settleBudgetMs,
      questionBudgetMs: config.questionBudgetMs,
      isKnownHomePool: (pool) => homeProvinces.has(provinceOf(pool)),
    },
  };
  intake = await startResultIntake({
    bus,
    database,
    verifier: createRecordVerifier(parts.keys.regions),
    logger,
    metrics,
    province,
    topicPrefix,
    results,
  });
  recovery.start();
  const reading = intake;
  return {
    site,
    results,
    async stop() {
      await recovery.stop();
      await Promise.all([commands.idle(), visitCalls.idle(), refusals.idle()]);
      await reading.close();
    },
  };
}

function createEdge(
  config: TreatmentSiteConfig,
  parts: TreatmentSiteParts,
  application: Application & { readonly database: Database; readonly cache: SharedCache },
) {
  const { clock, ids, logger, metrics, keys } = parts;
  const { site, results, database, cache } = application;
  const rates = cache.scripts
    ? createSharedRateLimiter({
        shared: createRedisBuckets(cache.scripts),
        fallbackShare: FALLBACK_SHARE,
      })
    : createLocalRateLimiter();
  const settling = { perSecond: config.settlingPerSecond, burst: 4 * config.settlingPerSecond };
  const limits = createEdgeLimits(rates, {
    perCertificate: { ...DEFAULT_EDGE_LIMITS.perCertificate, settling },
    perOperator: DEFAULT_EDGE_LIMITS.perOperator,
    inFlightMax: config.inFlightPerInstitution,
  });
  const service = treatmentService(site);
  const deadLetters = createDeadLetterDesk({
    database,
    clock,
    reprocessing: { verifier: createRecordVerifier(keys.regions), process: results.processAgain },
  });
  return createGrpcServer({
    bind: config.grpcBind,
    credentials: keys.server,
    services: [
      service,
      treatmentStream(service),
      diagnosisService(site),
      directoryService(site),
      referenceService(site),
      operationsService({
        desk: () => deadLetters,
        audit: { database, clock, keys: keys.regions, service: 'treatment-site', owner: config.province },
      }),
    ],
    guard: createEdgeGuard({
      callers: createCallerReader({ clock, denyList: keys.denyList, tokens: keys.tokens }),
      province: config.province,
      limits,
      clock,
    }),
    metrics,
    logger,
    clock,
    ids,
    tracing: parts.tracing,
    ...(parts.descriptorSet === undefined ? {} : { reflection: { descriptorSet: parts.descriptorSet } }),
  });
}

function referenceData(province: string, folder: string) {
  const catalogue = catalogueRegions(folder).some((region) => region === province)
    ? readCatalogue(province, folder)
    : [];
  const tables = new Map(mappingInstitutions(folder).map((code) => [code, readMappings(code, folder)]));
  return { catalogue, tables };
}

/** A partition that this replica reads, another one each time; -1 while it reads none. */
function roundRobin(owned: () => readonly number[]): () => number {
  let next = 0;
  return () => {
    const partitions = owned();
    if (partitions.length === 0) return -1;
    next = (next + 1) % partitions.length;
    return partitions[next] ?? -1;
  };
}
