import { X509Certificate } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import type { Clock } from '@yijie/runtime';
import type { AgencyPerson, Caller } from './caller.ts';
import { certificateIdentity, certificateSerial } from './certificate-identity.ts';
import type { DenyList } from './deny-list.ts';
import type { Identity } from './identity.ts';
import type { TokenVerifier } from './person-token.ts';

/** The part of an arriving call that is looked at; calls of one connection bring the same `connection` object. */
export interface IncomingCall {
  readonly connection: { readonly certificate: { readonly raw: Buffer } | undefined };
  readonly metadata: Pick<Metadata, 'get'>;
}

export type CallerCode =
  | 'AUT-CERT'
  | 'AUT-IDENTITY'
  | 'AUT-EXPIRED'
  | 'AUT-DENIED'
  | 'AUT-TOKEN'
  | 'AUT-POOL';

export type CallerResult =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly code: CallerCode; readonly values: Readonly<Record<string, string>> };

/** Answers at once for everybody but agencies, whose token takes a moment: `await` serves both. */
export type CallerReader = (call: IncomingCall) => CallerResult | Promise<CallerResult>;

/**
 * Reads who calls. TLS checks a certificate once a connection; the deny-list and the certificate's dates are looked
 * at on every call. `tokens` is needed where agencies call.
 */
export function createCallerReader(options: {
  readonly clock: Pick<Clock, 'now'>;
  readonly denyList: DenyList;
  readonly tokens?: TokenVerifier;
  /** Institutions that the gateway (his-gateway) may speak for here; nobody when left out. */
  readonly gatewayInstitutions?: ReadonlySet<string>;
}): CallerReader {
  const { clock, denyList, tokens } = options;
  const byConnection = new WeakMap<object, PeerCertificate>();

  return (call) => {
    const peer = peerCertificate(call.connection, byConnection);
    if (peer === undefined) return refuse('AUT-CERT');
    const { identity, serial } = peer;
    if (identity === undefined) return refuse('AUT-IDENTITY', { serial });
    const now = clock.now();
    if (now >= peer.notAfterMs || now < peer.notBeforeMs) return refuse('AUT-EXPIRED', { serial });
    if (denyList.has(serial)) return refuse('AUT-DENIED', { serial });
    switch (identity.kind) {
      case 'institution':
        return institutionCaller(identity.institutionCode, serial, call.metadata);
      case 'service': {
        const institutionCode = firstValue(call.metadata, 'yijie-institution');
        if (identity.service !== GATEWAY || institutionCode === undefined)
          return { ok: true, caller: { ...identity, serial } };
        if (!options.gatewayInstitutions?.has(institutionCode)) return refuse('AUT-IDENTITY', { serial });
        return institutionCaller(institutionCode, serial, call.metadata, `${GATEWAY}/${identity.province}`);
      }
      case 'agency':
        return agencyCaller(identity.pool, serial, call.metadata, tokens, now);
      default:
        return { ok: true, caller: { ...identity, serial } };
    }
  };
}

/** Translates for older hospital systems; the only service that speaks for somebody else. */
const GATEWAY = 'his-gateway';

/** It gets into the audit trail and into names of rate limits: an identity number in its place is left out. */
function isOperatorName(name: string): boolean {
  return /^[\w-]{1,64}$/.test(name) && !/\d{15}/.test(name);
}

function institutionCaller(
  institutionCode: string,
  serial: string,
  metadata: IncomingCall['metadata'],
  gateway?: string,
): CallerResult {
  const operator = firstValue(metadata, 'yijie-operator');
  return {
    ok: true,
    caller: {
      kind: 'institution',
      institutionCode,
      serial,
      ...(operator !== undefined && isOperatorName(operator) ? { operator } : {}),
      ...(gateway === undefined ? {} : { gateway }),
    },
  };
}

async function agencyCaller(
  pool: string,
  serial: string,
  metadata: IncomingCall['metadata'],
  tokens: TokenVerifier | undefined,
  nowMs: number,
): Promise<CallerResult> {
  const first = await personOf(firstValue(metadata, 'authorization'), pool, tokens, nowMs);
  if (!first.ok) return first;
  const secondToken = firstValue(metadata, 'yijie-second-authorization');
  if (secondToken === undefined) return { ok: true, caller: { kind: 'agency', serial, ...first.person } };
  const second = await personOf(secondToken, pool, tokens, nowMs);
  if (!second.ok) return second;
  return { ok: true, caller: { kind: 'agency', serial, ...first.person, second: second.person } };
}

type PersonResult =
  | { readonly ok: true; readonly person: AgencyPerson }
  | Exclude<CallerResult, { ok: true }>;

async function personOf(
  header: string | undefined,
  pool: string,
  tokens: TokenVerifier | undefined,
  nowMs: number,
): Promise<PersonResult> {
  const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
  if (tokens === undefined || token === undefined) return refuse('AUT-TOKEN', { reason: 'missing' });
  const verified = await tokens.verify(token, nowMs);
  if (!verified.ok) return verified;
  if (verified.person.pool !== pool)
    return refuse('AUT-POOL', { pool: verified.person.pool, certificatePool: pool });
  return verified;
}

interface PeerCertificate {
  readonly identity: Identity | undefined;
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Decoding a certificate costs 29 µs: once for each connection. */
function peerCertificate(
  connection: IncomingCall['connection'],
  known: WeakMap<object, PeerCertificate>,
): PeerCertificate | undefined {
  const before = known.get(connection);
  if (before !== undefined) return before;
  if (connection.certificate === undefined) return undefined;
  const peer = readPeer(connection.certificate.raw);
  known.set(connection, peer);
  return peer;
}

function readPeer(raw: Buffer): PeerCertificate {
  const certificate = new X509Certificate(raw);
  return {
    identity: certificateIdentity(certificate),
    serial: certificateSerial(certificate),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
  };
}

function firstValue(metadata: IncomingCall['metadata'], name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

function refuse(code: CallerCode, values: Record<string, string> = {}): Exclude<CallerResult, { ok: true }> {
  return { ok: false, code, values };
}
