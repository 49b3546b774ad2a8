import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Server } from '@grpc/grpc-js';
import type { Clock, Logger } from '../ports.ts';

/** One client connection. The same object for every call on it, so that a guard may keep what it found out. */
export interface Connection {
  readonly remoteAddress: string;
  /** Present when the client proved to hold the key of a certificate that our authority signed. */
  readonly certificate: PeerCertificate | undefined;
  readonly openedAtMs: number;
}

export interface ConnectionLimits {
  /** Connections that one certificate may hold at a time. */
  readonly connectionsPerCertificate: number;
  /** Connections that one certificate may open in a minute: an attacker who is cut off for resets comes back. */
  readonly newConnectionsPerMinute: number;
}

/**
 * Knows each connection from its beginning. grpc-js reads and parses the certificate anew for each call and shows no
 * sessions, so this looks where it keeps them; `watch` fails loudly should a later version keep them elsewhere.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #bySession = new WeakMap<ServerHttp2Session, Connection>();
  readonly #sockets = new Set<Socket>();
  /** By fingerprint. Entries stay: they are as many as the certificates our authority signed. */
  readonly #byCertificate = new Map<string, { open: number; opened: number; minute: number }>();

  constructor(limits: ConnectionLimits, clock: Clock, logger: Logger) {
    this.#limits = limits;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** To be called once the server is bound. */
  watch(server: Server): void {
    const { http2Servers } = server as unknown as {
      http2Servers?: Map<Http2Server | Http2SecureServer, unknown>;
    };
    if (!(http2Servers instanceof Map) || http2Servers.size === 0) {
      throw new Error(
        'this version of @grpc/grpc-js keeps its HTTP/2 servers elsewhere: adapt connections.ts',
      );
    }
    for (const http2Server of http2Servers.keys()) {
      http2Server.on('connection', (socket: Socket) => this.#keep(socket));
      http2Server.on('secureConnection', (socket: TLSSocket) => this.#count(socket));
      http2Server.on('session', (session: ServerHttp2Session) => this.#open(session));
    }
  }

  /**
   * Ends every connection at once. The library's own way only says goodbye and waits for the other side, which a
   * client with an open stream may never answer.
   */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The connection on which a call came in. */
  of(call: object): Connection {
    const session = (call as CallWithSession).call?.stream?.session;
    // The session is gone when the client hung up while the call was on its way in.
    return (session && this.#bySession.get(session)) ?? this.#gone;
  }

  get #gone(): Connection {
    return { remoteAddress: 'closed', certificate: undefined, openedAtMs: this.#clock.now() };
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #open(session: ServerHttp2Session): void {
    this.#bySession.set(session, {
      remoteAddress: session.socket?.remoteAddress ?? 'unknown',
      certificate: certificateOf(session.socket),
      openedAtMs: this.#clock.now(),
    });
  }

  #count(socket: TLSSocket): void {
    const certificate = certificateOf(socket);
    if (certificate === undefined) return;
    const minute = Math.floor(this.#clock.monotonic() / 60_000);
    const count = this.#byCertificate.get(certificate.fingerprint256) ?? { open: 0, opened: 0, minute };
    this.#byCertificate.set(certificate.fingerprint256, count);
    if (count.minute !== minute) {
      count.minute = minute;
      count.opened = 0;
    }
    count.open += 1;
    count.opened += 1;
    socket.once('close', () => {
      count.open -= 1;
    });
    const { connectionsPerCertificate, newConnectionsPerMinute } = this.#limits;
    const tooFast = count.opened > newConnectionsPerMinute;
    if (count.open <= connectionsPerCertificate && !tooFast) return;
    // Of what is opened too often, one line a minute is enough.
    if (count.opened <= newConnectionsPerMinute + 1) {
      this.#logger.warn('connection.refused', {
        certificateSerial: certificate.serialNumber,
        count: tooFast ? count.opened : count.open,
        reason: tooFast ? 'opened too often' : 'too many open',
      });
    }
    socket.destroy();
  }
}

interface CallWithSession {
  readonly call?: { readonly stream?: { readonly session?: ServerHttp2Session } };
}

function certificateOf(socket: Socket | TLSSocket | undefined): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  return certificate.raw === undefined ? undefined : certificate;
}
