import type { PlacedRecord } from './publish-queue.ts';

/** An idempotent producer of a Kafka client. */
export interface IdempotentProducer {
  /** Resolves when the records are durable on all in-sync replicas. */
  send(topic: string, records: readonly PlacedRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface Identity {
  readonly producer: IdempotentProducer;
  sending: number;
  retired: boolean;
}

/**
 * Sends by an idempotent producer and throws it away after a failed send. Its sequence numbers would otherwise stand
 * where the failed batch stood, and if the broker had stored that batch after all, it would take the next one for a
 * repeat and drop it.
 */
export class ReplaceableSender {
  readonly #open: () => IdempotentProducer;
  #current: Identity | undefined;

  constructor(open: () => IdempotentProducer) {
    this.#open = open;
  }

  async send(topic: string, records: readonly PlacedRecord[]): Promise<void> {
    this.#current ??= { producer: this.#open(), sending: 0, retired: false };
    const by = this.#current;
    by.sending += 1;
    let failed = true;
    try {
      await by.producer.send(topic, records);
      failed = false;
    } finally {
      by.sending -= 1;
      if (failed || by.retired) await this.#retire(by);
    }
  }

  async close(): Promise<void> {
    if (this.#current !== undefined) await this.#retire(this.#current);
  }

  async #retire(identity: Identity): Promise<void> {
    if (this.#current === identity) this.#current = undefined;
    identity.retired = true;
    // Other topics may still be sending by it.
    if (identity.sending === 0) await identity.producer.close().catch(() => {});
  }
}
