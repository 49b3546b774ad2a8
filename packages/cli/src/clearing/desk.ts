import {
  type ChannelCredentials,
  type Client,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Instant } from '@yijie/calendar';
import { NATIONAL_CENTRE, parsePeriod, periodOf, previousPeriod } from '@yijie/clearing';
import { systemClock } from '@yijie/runtime';
import { type AgencyRole, type Identity, NATIONAL_POOL } from '@yijie/security';
import { Command, Option } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { parseIdentity } from '../client/parse-identity.ts';
import { type Persons, personTokens } from '../client/person-tokens.ts';
import { CallFailed, unary } from '../client/unary.ts';
import { type ClusterNote, clusterOption, readClusterNote } from '../start/cluster-note.ts';
import type { Language } from './printing.ts';

/** What every command of `yijie clearing` takes. */
export interface DeskOptions extends Persons {
  readonly owner: string;
  readonly period?: string;
  readonly as?: string;
  readonly at?: string;
  readonly keys?: string;
  readonly cluster?: string;
  readonly json: boolean;
  readonly language: Language;
}

/** A clerk's desk: who sits there, which run is meant, and the clearing service behind it. */
export interface Desk {
  readonly owner: string;
  readonly period: number;
  /** Whose agency the desk belongs to: the party that signs and pays unless another is named. */
  readonly agency: string;
  readonly json: boolean;
  readonly language: Language;
  client<Made extends Client>(Made: ClientClass<Made>): Made;
  ask<Request, Response>(
    client: Client,
    method: Parameters<typeof unary<Request, Response>>[1],
    request: Request,
    deadlineMs?: number,
  ): Promise<Response>;
  /** The messages of an answer in many parts. */
  listen<Request, Response>(
    client: Client,
    method: (
      request: Request,
      metadata: Metadata,
      options: { deadline: number },
    ) => ClientReadableStream<Response>,
    request: Request,
  ): AsyncIterable<Response>;
}

type ClientClass<Made> = new (
  address: string,
  credentials: ChannelCredentials,
  options: typeof localChannelOptions,
) => Made;

const DEADLINE_MS = 60_000;
/** Generating or exporting a month of five million rows takes minutes. */
const STREAM_DEADLINE_MS = 60 * 60_000;

/** A command with the options of every desk. */
export function deskCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--owner <code>', 'whose run: CN for the national centre, or a province', NATIONAL_CENTRE)
    .option('--period <yyyymm>', 'settlement month (default: the last one)')
    .option('--as <identity>', "agency/<pool> or auditor/<name> (default: the run owner's agency)")
    .option('--person <name>', 'who sits at the desk (default: $YIJIE_PERSON)', process.env.YIJIE_PERSON)
    .option('--second-person <name>', 'who has checked it, where two are needed')
    .option('--role <role>', 'their role (default: the one that the command needs)')
    .option('--at <host:port>', 'where the clearing service listens (default: that of the cluster)')
    .option('--keys <folder>', 'certificates and keys (default: those of the cluster)')
    .addOption(clusterOption())
    .addOption(new Option('--language <language>', 'of the output').choices(['zh', 'en']).default('zh'))
    .option('--json', 'the answer as JSON', false);
}

/** Opens the desk for as long as `work` takes. */
export async function atDesk<Result>(
  options: DeskOptions,
  role: AgencyRole,
  work: (desk: Desk) => Promise<Result>,
): Promise<Result> {
  const place = placeOf(options);
  const identity = identityOf(options);
  const agency = identity.kind === 'agency' ? identity.pool : NATIONAL_POOL;
  const metadata =
    identity.kind === 'agency'
      ? await personTokens(withPerson(options), {
          keyFolder: place.keys,
          pool: agency,
          audience: 'clearing',
          defaultRole: agency === NATIONAL_POOL ? 'national-centre' : role,
        })
      : new Metadata();
  const credentials = await credentialsOf(place.keys, identity);
  const clients = new Map<unknown, Client>();
  try {
    return await work({
      owner: options.owner,
      period: periodFrom(options.period),
      agency,
      json: options.json,
      language: options.language,
      client<Made extends Client>(Made: ClientClass<Made>): Made {
        const made = clients.get(Made) ?? new Made(place.address, credentials, localChannelOptions);
        clients.set(Made, made);
        return made as Made;
      },
      ask: (client, method, request, deadlineMs = DEADLINE_MS) =>
        unary(client, method, request, { deadlineMs, metadata }),
      listen: (client, method, request) => heard(client, method, request, metadata),
    });
  } finally {
    for (const client of clients.values()) client.close();
  }
}

async function* heard<Request, Response>(
  client: Client,
  method: (
    request: Request,
    metadata: Metadata,
    options: { deadline: number },
  ) => ClientReadableStream<Response>,
  request: Request,
  metadata: Metadata,
): AsyncGenerator<Response> {
  const stream = method.call(client, request, metadata, { deadline: Date.now() + STREAM_DEADLINE_MS });
  try {
    for await (const message of stream) yield message as Response;
  } catch (error) {
    throw new CallFailed(method.name, error as ServiceError);
  } finally {
    stream.cancel();
  }
}

function placeOf(options: DeskOptions): { readonly address: string; readonly keys: string } {
  if (options.at !== undefined && options.keys !== undefined)
    return { address: options.at, keys: options.keys };
  const note: ClusterNote = readClusterNote(options.cluster);
  const address = options.at ?? note.clearing?.grpc;
  if (address === undefined)
    throw new Error('This cluster runs no clearing service. Start one: npm start -- --clearing');
  return { address, keys: options.keys ?? note.keyFolder };
}

function identityOf({ as, owner }: DeskOptions): Identity {
  if (as !== undefined) return parseIdentity(as);
  return { kind: 'agency', pool: owner === NATIONAL_CENTRE ? NATIONAL_POOL : owner };
}

function withPerson(options: DeskOptions): Persons {
  if (options.person === undefined)
    throw new Error('Who sits at the desk? Say --person <name>, or set YIJIE_PERSON.');
  return options;
}

function periodFrom(text: string | undefined): number {
  if (text === undefined) return previousPeriod(periodOf(systemClock().now() as Instant));
  const period = parsePeriod(text);
  if (period === undefined) throw new Error(`"${text}" is no period: write YYYYMM, for example 202603.`);
  return period;
}
