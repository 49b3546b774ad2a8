import type { Bus, TopicSpec } from '@yijie/bus';
import { regionDirectory } from '@yijie/codes';
import {
  clearingTopic,
  createDeadLetterDesk,
  factTopic,
  type Intake,
  type OutboxRelay,
  quoteTopic,
  requestTopic,
  startOutboxRelay,
} from '@yijie/exchange';
import { connectPostgres, migrate, withPlannerSettings } from '@yijie/postgres';
import { readRegions } from '@yijie/reference-data';
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
  createColumnCipher,
  createEdgeGuard,
  createEdgeLimits,
  createLocalRateLimiter,
  createLookupHasher,
  createRecordSigner,
  createRecordVerifier,
} from '@yijie/security';
import {
  auditChain,
  createIntakeProgress,
  keepSealedAndFresh,
  late,
  operationsService,
} from '@yijie/service';
import type { Registry } from './application/filing/filing-registry.ts';
import { runFilingTimers } from './application/filing/run-filing-timers.ts';
import { createPersonVerifier } from './application/members/verify-persons.ts';
import { commandMetrics } from './application/settling/command-metrics.ts';
import { createRefusalKeeper } from './application/settling/keep-refusals.ts';
import { type CommandProcessor, createCommandProcessor } from './application/settling/process-commands.ts';
import { runStatistics } from './application/statistics/project-statistics.ts';
import { watchBacklogs } from './application/watch-backlogs.ts';
import type { HomeRegionConfig } from './config.ts';
import { policyBookOf } from './core/policy/packs-in-force.ts';
import { type DatedServices, servicesBook } from './core/settling/home-services.ts';
import type { HomeRules } from './core/settling/settle.ts';
import { benefitService } from './inbound/grpc/benefit-service.ts';
import { correctionService } from './inbound/grpc/correction-service.ts';
import { diagnosisService } from './inbound/grpc/diagnosis-service.ts';
import { enrolmentService } from './inbound/grpc/enrolment-service.ts';
import { filingImportService, filingImportStream } from './inbound/grpc/filing-import-service.ts';
import { filingService } from './inbound/grpc/filing-service.ts';
import { personQueryService } from './inbound/grpc/person-query-service.ts';
import { policyServices } from './inbound/grpc/policy-service.ts';
import { reimbursementService } from './inbound/grpc/reimbursement-service.ts';
import { statisticsService } from './inbound/grpc/statistics-service.ts';
import { claimRoutes } from './inbound/http/claim-routes.ts';
import { filingRoutes } from './inbound/http/filing-routes.ts';
import { openApiDocument } from './inbound/http/openapi.ts';
import { ownDataRoutes } from './inbound/http/own-data-routes.ts';
import { personRoutes } from './inbound/http/person-routes.ts';
import { bindRoutes, createPublicApi } from './inbound/http/public-api.ts';
import { startClosingIntake } from './inbound/kafka/closing-intake.ts';
import { startCommandIntake } from './inbound/kafka/command-intake.ts';
import { startQuestionIntake } from './inbound/kafka/question-intake.ts';
import { createPolicyDesk } from './inbound/policy-desk/policy-desk.ts';
import { type DemoMembers, loadDemoMembers } from './load-demo-members.ts';
import type { HomeRegionKeys } from './load-keys.ts';
import { readReimbursementTerms } from './repositories/claims/reimbursement-terms.ts';
import { readFilingParameters } from './repositories/filing/filing-parameters-file.ts';
import { homeMigrations } from './repositories/migrations.ts';
import { readPacks, readPackTexts } from './repositories/policy-packs.ts';
import { readPublicNames } from './repositories/public-names.ts';

/** What the service stands on; passed in, so that it can run beside others in one process, or in a simulation. */
export interface HomeRegionParts {
  readonly databaseUrl: string;
  /** Its own to use; closed by whoever made it. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keys: HomeRegionKeys;
  readonly packsFolder: string;
  /** What the pools have opened for treatment away from home; a pool without a row: inpatient stays alone. */
  readonly services: readonly DatedServices[];
  /** What regions set for filings; the file of data/ when left out. */
  readonly filingParametersFile?: string | undefined;
  readonly tracing?: Tracing | undefined;
  /** Contract files for reflection; off without them. */
  readonly descriptorSet?: string | Uint8Array | undefined;
  /** Invented members to enrol before anything is served: for trying the product. */
  readonly demoMembers?: DemoMembers | undefined;
}

export interface RunningService {
  /** host:port where agencies connect. */
  readonly grpcAddress: string;
  /** host:port of the public interface; empty while it is closed. */
  readonly httpAddress: string;
  /** host:port of health and metrics. */
  readonly operationsAddress: string;
  /** Finishes what was accepted. False when something had to be cut off. */
  stop(): Promise<boolean>;
}

const QUESTIONS_KEPT_MS = 10 * 60_000;
/** Answers and facts that may wait for the bus; then commands wait in the log instead. */
const OUTBOX_ROWS_MAX = 20_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A closed year is a handful of records a year. */
const CLOSING_PARTITIONS = 1;

/** The service put together, not started yet. */
export interface ComposedHomeRegion {
  readonly lifecycle: Lifecycle;
  /** Known once started. */
  addresses(): Pick<RunningService, 'grpcAddress' | 'httpAddress' | 'operationsAddress'>;
}

export async function startHomeRegion(
  config: HomeRegionConfig,
  parts: HomeRegionParts,
): Promise<RunningService> {
  const { lifecycle, addresses } = await composeHomeRegion(config, parts);
  await lifecycle.start();
  return { ...addresses(), stop: () => lifecycle.stop() };
}

/** Adapters, application, inbound: in the order in which they start; they stop the other way round. */
export async function composeHomeRegion(
  config: HomeRegionConfig,
  parts: HomeRegionParts,
): Promise<ComposedHomeRegion> {
  const { clock, ids, random, logger, metrics, bus, keys } = parts;
  const { province, topicPrefix } = config;
  const rules: HomeRules = {
    policies: policyBookOf(await readPacks(parts.packsFolder, province)),
    services: servicesBook(parts.services),
  };
  const terms = await readReimbursementTerms(config.reimbursementTermsFile);
  const regions = regionDirectory(readRegions(config.dataFolder));
  const names = readPublicNames(config.dataFolder, regions);
  const signer = createRecordSigner(keys.signing);
  const verifier = createRecordVerifier(keys.regions);
  const cipher = createColumnCipher({
    region: province,
    profile: config.cryptography,
    keys: keys.data,
    entropy: ids,
  });
  const hasher = createLookupHasher({ region: province, profile: config.cryptography, keys: keys.lookup });
  const registry: Registry = {
    ids,
    cipher,
    parameters: await readFilingParameters(parts.filingParametersFile),
    regions,
  };
  const progress = createIntakeProgress(metrics, clock);
  const lifecycle = new Lifecycle({ logger, clock, stopWithinMs: config.stopWithinMs });

  const database = connectPostgres({
    connectionString: withPlannerSettings(parts.databaseUrl),
    applicationName: `home-region-${province}`,
    poolSize: config.databasePool,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onIdleError: (cause) => logger.warn('database.connection-lost', { cause }),
  });
  lifecycle.add({
    name: 'database',
    start: async () => {
      await migrate(database, await homeMigrations());
      const { demoMembers } = parts;
      if (demoMembers) await loadDemoMembers({ database, clock, ids, cipher, hasher, registry }, demoMembers);
    },
    stop: () => database.close(),
  });
  lifecycle.add({ name: 'topics', start: () => bus.ensureTopics(topicsOf(config)) });

  const outbox = late<OutboxRelay>('outbox');
  lifecycle.add({
    name: 'outbox',
    start: async () => {
      outbox.set(
        await startOutboxRelay({
          database,
          bus,
          signer,
          clock,
          random,
          logger,
          roomRows: OUTBOX_ROWS_MAX,
          patientTopics: new Set([factTopic(topicPrefix)]),
        }),
      );
    },
    stop: () => outbox.get().close(),
  });

  const refusals = createRefusalKeeper({ database, clock, logger });
  lifecycle.add({ name: 'refusals', stop: () => refusals.close() });

  const stopping = new AbortController();
  let background: Promise<unknown> = Promise.resolve();
  lifecycle.add({
    name: 'background',
    start: () => {
      const { signal } = stopping;
      const chain = auditChain('home-region', province);
      background = Promise.all([
        keepSealedAndFresh({ database, keys, chain, metrics, clock, logger, signal }),
        runFilingTimers({ database, registry, clock, logger, metrics, signal }),
        runStatistics({ database, clock, logger, signal }),
        watchBacklogs({
          database,
          relay: outbox.get(),
          outboxRowsMax: OUTBOX_ROWS_MAX,
          chain,
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

  const processor = late<CommandProcessor>('processor');
  const commands = late<Intake>('commands');
  lifecycle.add({
    name: 'commands',
    start: async () => {
      processor.set(
        createCommandProcessor({
          database,
          relay: outbox.get(),
          rules,
          clock,
          ids,
          logger,
          metrics: commandMetrics(metrics),
          topicPrefix,
          tracing: parts.tracing,
          partitions: (topic) => bus.partitions(topic),
        }),
      );
      commands.set(
        await startCommandIntake({
          bus,
          database,
          processor: processor.get(),
          verifier,
          logger,
          province,
          topicPrefix,
          progress,
        }),
      );
    },
    stop: () => commands.get().close(),
  });

  let closings: Promise<Intake> | undefined;
  lifecycle.add({
    name: 'closings',
    // Nobody waits for it: a closed year is told once a year, and is read from where reading stood.
    start: () => {
      closings = startClosingIntake({ bus, database, clock, verifier, logger, province, topicPrefix });
      closings.catch((cause: Error) => logger.error('closing-intake-failed', { cause }));
    },
    stop: async () => {
      const intake = await closings?.catch(() => undefined);
      await intake?.close();
    },
  });

  const questions = late<Intake>('questions');
  const persons = createPersonVerifier({ database, cipher, hasher, sealingKeys: keys.sealing });
  lifecycle.add({
    name: 'questions',
    start: async () => {
      questions.set(
        await startQuestionIntake({
          bus,
          database,
          signer,
          rules,
          persons,
          clock,
          logger,
          metrics,
          verifier,
          province,
          topicPrefix,
          progress,
          onRefusals: (rows) => refusals.keep(rows),
        }),
      );
    },
    stop: () => questions.get().close(),
  });

  const policyDesk = createPolicyDesk({
    material: { packs: await readPackTexts(parts.packsFolder), province },
    clock,
    logger,
  });
  lifecycle.add({ name: 'policy-desk', stop: () => policyDesk.close() });

  const filingImports = filingImportService({ database, clock, registry, hasher });
  const grpc = createGrpcServer({
    bind: config.grpcBind,
    credentials: keys.server,
    guard: createEdgeGuard({
      callers: createCallerReader({ clock, denyList: keys.denyList, tokens: keys.tokens }),
      province,
      limits: createEdgeLimits(createLocalRateLimiter()),
      clock,
    }),
    services: [
      diagnosisService({ database, clock }),
      enrolmentService({ database, clock, cipher, hasher, ids, registry }),
      filingService({ database, clock, registry, rules }),
      filingImports,
      filingImportStream(filingImports),
      benefitService({ database, clock, ids, services: rules.services }),
      correctionService({ database, clock, ids, policies: rules.policies }),
      statisticsService({ database, clock, regions }),
      personQueryService({ database, clock, cipher, names }),
      reimbursementService({ ...rules, database, clock, ids, cipher, terms, regions }),
      operationsService({
        desk: () =>
          createDeadLetterDesk({
            database,
            clock,
            reprocessing: {
              verifier,
              process: (message) => processor.get().processAgain(message),
              giveUp: (message) => processor.get().giveUp(message),
            },
          }),
        audit: { database, clock, keys: keys.regions, service: 'home-region', owner: province },
      }),
      ...policyServices(policyDesk),
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

  let httpAddress = '';
  const { httpBind } = config;
  if (httpBind !== undefined) {
    const api = createPublicApi({
      bind: httpBind,
      tls: keys.tls,
      routes: [
        ...bindRoutes({ database, cipher, hasher }, personRoutes),
        ...bindRoutes({ database, registry }, filingRoutes),
        ...bindRoutes({ database, cipher, names }, ownDataRoutes),
        ...bindRoutes({ database, ids, cipher, terms, regions }, claimRoutes),
      ],
      document: openApiDocument(),
      tokens: keys.channels,
      rates: createLocalRateLimiter(),
      clock,
      ids,
      logger,
    });
    keys.onRenewal((identity) => api.renew(identity));
    lifecycle.add({
      name: 'http',
      start: async () => {
        httpAddress = await api.start();
      },
      stop: () => api.stop(),
    });
  }

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

  return { lifecycle, addresses: () => ({ grpcAddress, httpAddress, operationsAddress }) };
}

function topicsOf({ province, topicPrefix, partitions }: HomeRegionConfig): TopicSpec[] {
  return [
    { name: requestTopic(province, topicPrefix), partitions },
    { name: quoteTopic(province, topicPrefix), partitions, retentionMs: QUESTIONS_KEPT_MS },
    { name: factTopic(topicPrefix), partitions },
    { name: clearingTopic(topicPrefix), partitions: CLOSING_PARTITIONS },
  ];
}
