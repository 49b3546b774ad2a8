import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a connection at the next statement that stores something. */
export type Cut =
  /** The server never sees the statement. */
  | 'before'
  /** The server carries it out, and its acknowledgement is lost. */
  | 'after';

export interface PostgresProxy {
  /** The server's URL with the proxy's port. */
  readonly url: string;
  /** Asked at each statement whose name matches and at each COMMIT; undefined lets it pass. */
  cutWhen(decide: ((statement: string) => Cut | undefined) | undefined): void;
  /** How often each cut has happened so far. */
  readonly cuts: Readonly<Record<Cut, number>>;
  close(): Promise<void>;
}

/**
 * Stands between services and PostgreSQL and breaks connections at the worst moments. It reads the frontend's messages
 * (protocol version 3, without TLS) as far as it must to know which named statement is bound, or that COMMIT is sent.
 */
export async function startPostgresProxy(serverUrl: string): Promise<PostgresProxy> {
  const target = new URL(serverUrl);
  const cuts: Record<Cut, number> = { before: 0, after: 0 };
  const sockets = new Set<Socket>();
  let decide: ((statement: string) => Cut | undefined) | undefined;

  const server = createServer((client) => {
    const backend = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const frontend = new FrontendReader();
    let isDeaf = false;
    client.on('data', (chunk) => {
      for (const statement of frontend.read(chunk)) {
        const cut = isDeaf ? undefined : decide?.(statement);
        if (cut === undefined) continue;
        cuts[cut] += 1;
        if (cut === 'before') return end();
        isDeaf = true;
      }
      backend.write(chunk);
    });
    backend.on('data', (chunk) => {
      if (!isDeaf) client.write(chunk);
      // Its transaction is over, one way or the other; nobody will hear which.
      else if (endsWithReadyForQuery(chunk)) end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.port = String(portOf(server));

  return {
    url: url.toString(),
    cuts,
    cutWhen(next) {
      decide = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** ReadyForQuery outside a transaction: 'Z', length 5, 'I'. */
const READY_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

function endsWithReadyForQuery(chunk: Buffer): boolean {
  return chunk.subarray(-READY_IDLE.length).equals(READY_IDLE);
}

const BIND = 0x42;
const QUERY = 0x51;
/** Enough of a message to hold the names of portal and statement. */
const HEAD_BYTES = 128;

/** Follows the frames of one frontend connection, whatever the chunks, without keeping their bodies. */
class FrontendReader {
  private isStartup = true;
  private head = Buffer.alloc(0);
  private skip = 0;

  /** Names of the statements bound in this chunk, `COMMIT` for a simple query of that text. */
  read(chunk: Buffer): string[] {
    const statements: string[] = [];
    let rest = Buffer.concat([this.head, chunk]);
    this.head = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, rest.length);
        this.skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      // The first message of a connection has no type.
      const typeBytes = this.isStartup ? 0 : 1;
      if (rest.length < typeBytes + 4) break;
      const length = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < Math.min(length, HEAD_BYTES)) break;
      const name = this.isStartup ? undefined : statementOf(rest.subarray(0, Math.min(length, HEAD_BYTES)));
      if (name !== undefined) statements.push(name);
      this.isStartup = false;
      this.skip = length;
    }
    this.head = Buffer.from(rest);
    return statements;
  }
}

function statementOf(message: Buffer): string | undefined {
  const words = message.toString('latin1', 5).split('\0');
  if (message[0] === QUERY) return words[0]?.toUpperCase() === 'COMMIT' ? 'COMMIT' : undefined;
  return message[0] === BIND ? words[1] : undefined;
}
