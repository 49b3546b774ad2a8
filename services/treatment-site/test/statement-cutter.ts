import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP relay in front of PostgreSQL that cuts the connection around one named statement: before the server has seen
 * it, or after the server has committed it and before its answer is through.
 */
export class StatementCutter {
  readonly url: string;
  /** How often a connection was cut. */
  cuts = 0;
  private armed: { readonly name: string; readonly when: 'before' | 'after'; left: number } | undefined;
  private readonly server: Server;

  private constructor(server: Server, url: string) {
    this.server = server;
    this.url = url;
  }

  static async start(databaseUrl: string): Promise<StatementCutter> {
    const target = new URL(databaseUrl);
    let cutter: StatementCutter | undefined;
    const server = createServer((client) => {
      const upstream = connect(Number(target.port || 5432), target.hostname);
      let silenced = false;
      client.on('data', (data) => {
        const cut = cutter?.take(data);
        if (cut === 'before') return end(client, upstream);
        if (cut === 'after') silenced = true;
        upstream.write(data);
      });
      upstream.on('data', (data) => {
        // ReadyForQuery ends what the server has to say: by then the statement is committed.
        if (!silenced) client.write(data);
        else if (data.includes('Z\0\0\0\x05')) end(client, upstream);
      });
      for (const socket of [client, upstream]) {
        socket.on('error', () => end(client, upstream));
        socket.on('close', () => end(client, upstream));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay has no port');
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    cutter = new StatementCutter(server, url.toString());
    return cutter;
  }

  arm(name: string, when: 'before' | 'after', times = 1): void {
    this.armed = { name, when, left: times };
  }

  disarm(): void {
    this.armed = undefined;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private take(data: Buffer): 'before' | 'after' | undefined {
    const { armed } = this;
    // Every execution binds the statement under its name.
    if (armed === undefined || armed.left === 0 || !data.includes(`\0${armed.name}\0`)) return undefined;
    armed.left -= 1;
    this.cuts += 1;
    return armed.when;
  }
}

function end(...sockets: Socket[]): void {
  for (const socket of sockets) socket.destroy();
}
