/** Where a part came from (decision 10): a URL in the environment, a container, a process of this machine. */
export type Provider = 'environment' | 'docker' | 'native' | 'embedded';

/** One running outside part of the cluster. Whoever started it stops it. */
export interface Part {
  readonly name: 'postgres' | 'kafka' | 'redis';
  readonly provider: Provider;
  /** As the client wants it: `postgres://…`, `host:port[,host:port]`, `redis://…`. */
  readonly url: string;
  /** What the server itself answered when asked. */
  readonly version: string;
  /** Ends the part in good order. Twice is fine. */
  stop(): Promise<void>;
  /** Ends it without warning, as a power failure would; undefined when the part isn't ours to kill. */
  readonly kill?: (() => Promise<void>) | undefined;
  /** Starts it again on the same port and data after `kill` or `stop`; resolves when it answers. */
  readonly restart?: (() => Promise<void>) | undefined;
}

export interface StartOptions {
  /** Folder of the part's data and log; kept when the part stops. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; undefined takes a free one. */
  readonly port?: number | undefined;
  /** One sentence per step that takes a moment, for people who wait. */
  readonly onProgress?: ((sentence: string) => void) | undefined;
}

/** A certificate with its key, and the authority whose certificates are trusted; PEM texts. */
export interface TlsFiles {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly authorityPem: string;
}

/** What keeps a part from starting, as a sentence that says what to do. */
export class PartError extends Error {
  override name = 'PartError';
}
