import { createServer } from 'node:net';
import { PartError } from './part.ts';

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return bind(0);
}

export async function isPortFree(port: number): Promise<boolean> {
  return bind(port).then(
    () => true,
    () => false,
  );
}

/** The wanted port if it is free, a free one when none is wanted; a taken port is an error that says so. */
export async function claimPort(wanted: number | undefined, part: string): Promise<number> {
  if (wanted === undefined) return freePort();
  return bind(wanted).catch((cause: Error) => {
    throw new PartError(
      `Port ${wanted} for ${part} is in use. Stop what listens there (\`ss -ltnp | grep :${wanted}\`) or choose another port.`,
      { cause },
    );
  });
}

function bind(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
