import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@yijie/bus';
import { Command, Reply, SettlementFact } from '@yijie/contracts/exchange';
import { type Incoming, type IntakeBatch, type OutboxRelay, startOutboxRelay } from '@yijie/exchange';
import { connectPostgres, type Database, migrate, withPlannerSettings } from '@yijie/postgres';
import { type Clock, idToText, Metrics, systemClock } from '@yijie/runtime';
import {
  createKeyRing,
  createRecordSigner,
  createRecordVerifier,
  type RecordSigner,
  type RecordVerifier,
  type SigningKey,
  signingKeyFromPem,
  type VerificationKey,
  verificationKeyFromPem,
} from '@yijie/security';
import { CountingIds, postgres, SeededRandom, waitFor } from '@yijie/testkit';
import type { QuestionAnswererParts } from '../src/application/settling/answer-questions.ts';
import { commandMetrics } from '../src/application/settling/command-metrics.ts';
import {
  type CommandProcessor,
  createCommandProcessor,
} from '../src/application/settling/process-commands.ts';
import { policyBookOf } from '../src/core/policy/packs-in-force.ts';
import { INPATIENT_ONLY } from '../src/core/settling/home-services.ts';
import type { HomeRules } from '../src/core/settling/settle.ts';
import { homeMigrations } from '../src/repositories/migrations.ts';
import { readPacks } from '../src/repositories/policy-packs.ts';
import { type Published, RecordingBus } from './recording-bus.ts';
import { silentLogger } from './silent-logger.ts';
import { CommandMaker, HOME_POOL, NOON } from './wire-commands.ts';

export const PACKS_FOLDER = fileURLToPath(new URL('../../../policies', import.meta.url));

export async function homeRules(): Promise<HomeRules> {
  return {
    policies: policyBookOf(await readPacks(PACKS_FOLDER, '430000')),
    services: () => INPATIENT_ONLY,
  };
}

/** A clock whose date stands at the test's day while its timers run. */
export class DayClock implements Clock {
  nowMs = NOON;
  readonly #timers = systemClock();

  now(): number {
    return this.nowMs;
  }
  monotonic(): number {
    return this.#timers.monotonic();
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#timers.sleep(ms, signal);
  }
  after(ms: number, callback: () => void): () => void {
    return this.#timers.after(ms, callback);
  }
}

function newSigner(province: string): RecordSigner {
  return createRecordSigner(newKeys(province).signing);
}

function newKeys(province: string): { signing: SigningKey; verification: VerificationKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    verification: verificationKeyFromPem(
      province,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
  };
}

export interface Replica {
  readonly processor: CommandProcessor;
  readonly relay: OutboxRelay;
  readonly bus: RecordingBus;
}

/** A home region on a real database, its bus recorded. */
export class HomeFixture {
  readonly url: string;
  readonly database: Database;
  readonly rules: HomeRules;
  readonly clock = new DayClock();
  readonly ids = new CountingIds();
  readonly make: CommandMaker;
  /** Knows the key of the treatment province. */
  readonly verifier: RecordVerifier;
  readonly #replicas: Replica[] = [];
  /** What any replica published: a row behind another replica's goes out by whoever sweeps. */
  readonly all: { readonly bus: { readonly published: readonly Published[] } };
  #persons = 0;

  constructor(url: string, database: Database, rules: HomeRules) {
    this.url = url;
    this.database = database;
    this.rules = rules;
    const treatment = newKeys('410000');
    this.make = new CommandMaker(this.ids, createRecordSigner(treatment.signing));
    this.verifier = createRecordVerifier(createKeyRing([treatment.verification]));
    const replicas = this.#replicas;
    this.all = {
      bus: {
        get published() {
          return replicas.flatMap((replica) => replica.bus.published);
        },
      },
    };
  }

  /** `change`: the rules with a fault planted in them. */
  static async start(change: (rules: HomeRules) => HomeRules = (rules) => rules): Promise<HomeFixture> {
    const { url } = await postgres();
    const database = connect(url);
    await migrate(database, await homeMigrations());
    return new HomeFixture(url, database, change(await homeRules()));
  }

  async replica(
    database: Database = this.database,
    options: { readonly via?: (bus: Bus) => Bus; readonly clock?: Clock } = {},
  ): Promise<Replica> {
    const bus = new RecordingBus();
    const clock = options.clock ?? this.clock;
    const seed = this.#replicas.length + 1;
    const relay = await startOutboxRelay({
      database: options.via ? database : this.database,
      bus: options.via?.(bus) ?? bus,
      signer: newSigner('430000'),
      clock,
      random: new SeededRandom(seed),
      logger: silentLogger,
      sweepEveryMs: 50,
      // Nothing is drained for long: what a killed replica holds stays where it is.
      drainMs: options.via ? 0 : 5_000,
    });
    const processor = createCommandProcessor({
      database,
      relay,
      rules: this.rules,
      clock,
      ids: new CountingIds(BigInt(seed) << 32n),
      logger: silentLogger,
      metrics: commandMetrics(new Metrics({ service: 'home-region', processMetrics: false })),
      topicPrefix: '',
      partitions: (topic) => bus.partitions(topic),
    });
    const replica = { processor, relay, bus };
    this.#replicas.push(replica);
    return replica;
  }

  /** What answering questions on this replica's bus needs. */
  questionParts(replica: Replica): QuestionAnswererParts {
    return {
      database: this.database,
      bus: replica.bus,
      signer: newSigner('430000'),
      rules: this.rules,
      persons: { verify: () => Promise.reject(new Error('nobody is verified here')) },
      clock: this.clock,
      logger: silentLogger,
      metrics: new Metrics({ service: 'home-region', processMetrics: false }),
      topicPrefix: '',
      onRefusals() {},
    };
  }

  /** An insured person with a filing for Zhengzhou; the token comes back. */
  async person(
    options: {
      scheme?: 'employee' | 'resident';
      personClass?: string;
      ownFen?: number;
      familyFen?: number;
      filing?: string | null;
      status?: string;
    } = {},
  ): Promise<string> {
    this.#persons += 1;
    const token = `person${this.#persons.toString().padStart(16, '0')}`;
    const scheme = options.scheme ?? 'employee';
    await this.database.query(
      `INSERT INTO member (person_token, home_pool, scheme, person_class, birth_date, gender, insured_status, insured_from,
         contribution_years, groups, identity_cipher, lookup_version, lookup_hash, changed_at_ms)
       VALUES ($1, $2, $3, $4, '1970-05-05', '2', $5, '2001-01-01', 24, '{}', '\\x00', 1, $6, 0)`,
      [
        token,
        HOME_POOL,
        scheme,
        options.personClass ?? (scheme === 'employee' ? 'active' : 'resident'),
        options.status ?? 'ACTIVE',
        Buffer.from(token),
      ],
    );
    await this.database.query(
      'INSERT INTO account_entry (person_token, ordinal, own_fen, family_fen) VALUES ($1, 1, $2, $3)',
      [token, options.ownFen ?? 0, options.familyFen ?? 0],
    );
    if (options.filing !== null) {
      await this.database.query(
        `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, channel,
           by_commitment, proof, state, event, actor, applied_at_ms, effective_at_ms, at_ms)
         VALUES ($1, 1, $2, $3, $4, '410100', '2025-01-10', 'COUNTER', false, 'NONE', 'EFFECTIVE', 'submit', 'test', $5, $5, $5)`,
        [
          idToText(this.ids.next()),
          token,
          scheme,
          options.filing ?? 'TM_REFERRAL',
          Date.parse('2025-01-10T02:00:00Z'),
        ],
      );
    }
    return token;
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table}`,
    );
    return rows[0]?.count ?? 0;
  }

  async accumulators(person: string): Promise<Record<string, number>> {
    const { rows } = await this.database.query<{ values_after: Record<string, number> }>(
      'SELECT values_after FROM accumulator_entry WHERE person_token = $1 ORDER BY ordinal DESC LIMIT 1',
      [person],
    );
    return rows[0]?.values_after ?? {};
  }

  async account(person: string): Promise<{ ownFen: number; familyFen: number }> {
    const { rows } = await this.database.query<{ ownFen: number; familyFen: number }>(
      `SELECT own_fen AS "ownFen", family_fen AS "familyFen" FROM account_entry
        WHERE person_token = $1 ORDER BY ordinal DESC LIMIT 1`,
      [person],
    );
    return rows[0] ?? { ownFen: 0, familyFen: 0 };
  }

  async close(): Promise<void> {
    for (const { relay } of this.#replicas) await relay.close();
    await this.database.close();
  }
}

export function connect(url: string, applicationName = 'home-region-test'): Database {
  return connectPostgres({
    connectionString: withPlannerSettings(url),
    applicationName,
    poolSize: 8,
    statementTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
  });
}

export function batchOf(...messages: Incoming[]): IntakeBatch {
  return { messages, dead: [], moves: [] };
}

/** The answers published to a command, oldest first. */
/** Whose bus to look at: a replica, or all of them. */
type Publisher = HomeFixture['all'];

export async function repliesTo(replica: Publisher, message: Incoming, count = 1): Promise<Reply[]> {
  const id = Command.decode(message.payload).commandId;
  return waitFor(
    () => {
      const found = decodedReplies(replica).filter((reply) => reply.answers.equals(id));
      return found.length >= count && found;
    },
    { what: `${count} answers` },
  );
}

export async function replyTo(replica: Publisher, message: Incoming): Promise<NonNullable<Reply['result']>> {
  const replies = await repliesTo(replica, message);
  return replies[replies.length - 1]?.result as NonNullable<Reply['result']>;
}

function decodedReplies(replica: Publisher): Reply[] {
  return replica.bus.published
    .filter((record) => record.topic.startsWith('yijie.result'))
    .map((record) => Reply.decode(record.value));
}

export function factsOf(replica: Publisher): SettlementFact[] {
  return replica.bus.published
    .filter((record) => record.topic === 'yijie.fact')
    .map((record) => SettlementFact.decode(record.value));
}
