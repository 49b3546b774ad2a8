import { BusError } from './bus-error.ts';

export interface PartitionBounds {
  readonly partition: number;
  /** Offset of the earliest record kept. */
  readonly earliest: bigint;
  /** Offset that the next record will get. */
  readonly end: bigint;
}

/** Asks once for all partitions of a topic when they begin at the same moment. */
export class TopicOffsets {
  readonly #ask: (topic: string) => Promise<readonly PartitionBounds[]>;
  readonly #asking = new Map<string, Promise<readonly PartitionBounds[]>>();

  constructor(ask: (topic: string) => Promise<readonly PartitionBounds[]>) {
    this.#ask = ask;
  }

  async bounds(topic: string, partition: number): Promise<PartitionBounds> {
    let asking = this.#asking.get(topic);
    if (asking === undefined) {
      asking = this.#ask(topic).finally(() => this.#asking.delete(topic));
      this.#asking.set(topic, asking);
    }
    const found = (await asking).find((one) => one.partition === partition);
    if (found === undefined) throw new BusError(`${topic} has no partition ${partition}.`);
    return found;
  }
}
