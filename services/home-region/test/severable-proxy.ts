import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a connection's next request. */
export type Cut =
  /** The request never arrives. */
  | 'before-request'
  /** The request is carried out, its answer never arrives. */
  | 'before-answer';

/** Stands between a client and PostgreSQL, and cuts a connection when told so. */
export class SeverableProxy {
  readonly #server: Server;
  readonly #target: URL;
  #cut: { readonly cut: Cut; readonly marker: string; isDone: () => Promise<boolean> } | undefined;

  constructor(url: string) {
    this.#target = new URL(url);
    this.#server = createServer((client) => this.#carry(client));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${address.port}`;
    return url.toString();
  }

  /**
   * Cuts the connection whose next request holds `marker`. With `before-answer` the cut waits for `isDone`, so that the
   * commit has surely happened.
   */
  cutNext(cut: Cut, marker: string, isDone: () => Promise<boolean> = async () => true): void {
    this.#cut = { cut, marker, isDone };
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #carry(client: Socket): void {
    const server = connect(Number(this.#target.port || 5432), this.#target.hostname);
    let isSevered = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (request: Buffer) => {
      const planned = this.#cut;
      if (planned === undefined || !request.includes(planned.marker)) {
        server.write(request);
        return;
      }
      this.#cut = undefined;
      isSevered = true;
      if (planned.cut === 'before-request') return end();
      server.write(request);
      void waitUntil(planned.isDone).then(end);
    });
    server.on('data', (answer: Buffer) => {
      if (!isSevered) client.write(answer);
    });
  }
}

async function waitUntil(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 5));
}
