import type { Clock, Logger } from '@yijie/runtime';
import type { SubscribeOptions } from './bus.ts';
import { Lane, type LaneSource } from './lane.ts';

export interface LanesOptions {
  readonly subscriber: SubscribeOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a change of the assignment leaves the reading positions of kept partitions alone. */
  readonly keepsPositions?: boolean | undefined;
  source(topic: string, partition: number): LaneSource;
}

export interface HandledPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export type Owned = ReadonlyMap<string, readonly number[]>;

/** The partitions that one subscription owns at the moment. */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that were taken away and still finish their last batch. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #committed = new Map<string, bigint>();
  #owned: Owned = new Map();

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  owned(topic: string): readonly number[] {
    return this.#owned.get(topic) ?? [];
  }

  lane(topic: string, partition: number): Lane | undefined {
    return this.#lanes.get(nameOf(topic, partition));
  }

  /** Takes the partitions that the group gave; those kept begin again where the client forgets its positions. */
  assign(owned: Owned): void {
    const wanted = new Set<string>();
    for (const [topic, partitions] of owned) {
      for (const partition of partitions) {
        const name = nameOf(topic, partition);
        wanted.add(name);
        const lane = this.#lanes.get(name);
        if (lane === undefined) this.#open(name, topic, partition);
        else if (this.#options.keepsPositions !== true) lane.beginAgain();
      }
    }
    for (const [name, lane] of this.#lanes) if (!wanted.has(name)) this.#end(name, lane);
    this.#owned = owned;
    this.#options.subscriber.onAssignment?.(owned);
  }

  /** Positions that moved since the last call of `committed`. */
  uncommitted(): readonly HandledPosition[] {
    return [...this.#lanes].flatMap(([name, lane]) => {
      const offset = lane.handled;
      if (offset === undefined || offset === this.#committed.get(name)) return [];
      const split = name.lastIndexOf('/');
      return [{ topic: name.slice(0, split), partition: Number(name.slice(split + 1)), offset }];
    });
  }

  committed(positions: readonly HandledPosition[]): void {
    for (const { topic, partition, offset } of positions)
      this.#committed.set(nameOf(topic, partition), offset);
  }

  /** Resolves when nothing is in hand any more of the partitions that were taken away. */
  async othersEnded(): Promise<void> {
    await Promise.all(this.#ending.values());
  }

  /** Resolves when every batch in hand is done. The lanes stay, so that their positions can still be committed. */
  async finish(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    await Promise.all(this.#ending.values());
  }

  #open(name: string, topic: string, partition: number): void {
    const { subscriber, clock, logger, source } = this.#options;
    this.#committed.delete(name);
    const after = this.#ending.get(name) ?? Promise.resolve();
    const lane = new Lane({
      topic,
      partition,
      subscriber,
      clock,
      logger,
      source: source(topic, partition),
      after,
    });
    this.#lanes.set(name, lane);
  }

  #end(name: string, lane: Lane): void {
    this.#lanes.delete(name);
    const ending = lane.close().finally(() => {
      if (this.#ending.get(name) === ending) this.#ending.delete(name);
    });
    this.#ending.set(name, ending);
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
