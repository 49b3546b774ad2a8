/**
 * Gathers single pieces of work into batches with one flush in flight: what arrives during a flush is the next
 * batch. Under no load a piece starts at once; under load batches grow by themselves (docs/decisions/0004).
 */
export interface Batcher<Item, Result> {
  /** Resolves with the item's own result, in the order `flush` returned them. */
  add(item: Item): Promise<Result>;
  /** Items waiting or in flight. */
  readonly size: number;
  /** Resolves when nothing is waiting or in flight. */
  idle(): Promise<void>;
}

export interface BatcherOptions<Item, Result> {
  readonly batchMax: number;
  /**
   * Returns one result per item, in order. A rejection fails every item of the batch; to fail one item only, return
   * a result that says so.
   */
  flush(items: readonly Item[]): Promise<readonly Result[]>;
}

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  return new SingleFlightBatcher(options);
}

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(cause: unknown): void;
}

class SingleFlightBatcher<Item, Result> implements Batcher<Item, Result> {
  private readonly options: BatcherOptions<Item, Result>;
  private waiting: Waiting<Item, Result>[] = [];
  private inFlight = 0;
  private idleWaiters: (() => void)[] = [];

  constructor(options: BatcherOptions<Item, Result>) {
    this.options = options;
  }

  get size(): number {
    return this.waiting.length + this.inFlight;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.inFlight === 0 && this.waiting.length === 1) {
        // One turn of the event loop lets everything that arrived in the same read join the first batch.
        setImmediate(() => void this.run());
      }
    });
  }

  idle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private async run(): Promise<void> {
    if (this.inFlight > 0) return;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.options.batchMax);
      this.inFlight = batch.length;
      try {
        const results = await this.options.flush(batch.map((entry) => entry.item));
        if (results.length !== batch.length) {
          throw new Error(`flush returned ${results.length} results for ${batch.length} items`);
        }
        for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
      } catch (cause) {
        for (const entry of batch) entry.reject(cause);
      }
      this.inFlight = 0;
    }
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}
