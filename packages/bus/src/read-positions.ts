import type { Fetched, LaneSource } from './lane.ts';
import type { Lanes } from './lanes.ts';

export interface ReadPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface FetchedPartition extends Fetched {
  readonly topic: string;
  readonly partition: number;
}

/** Where an adapter with a reading loop of its own goes on, by partition. */
export class ReadPositions {
  readonly #reading = new Map<string, { position: ReadPosition; paused: boolean }>();
  readonly #onNews: () => void;

  /** `onNews`: there is something to read that wasn't before. */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  source(topic: string, partition: number): Omit<LaneSource, 'bounds'> {
    const name = nameOf({ topic, partition });
    const set = (paused: boolean) => {
      const found = this.#reading.get(name);
      if (found !== undefined) found.paused = paused;
      if (!paused) this.#onNews();
    };
    return {
      seek: (offset) => {
        const paused = this.#reading.get(name)?.paused ?? false;
        this.#reading.set(name, { position: { topic, partition, offset }, paused });
        this.#onNews();
      },
      pause: () => set(true),
      resume: () => set(false),
    };
  }

  wanted(): readonly ReadPosition[] {
    return [...this.#reading.values()].filter(({ paused }) => !paused).map(({ position }) => position);
  }

  keepOnly(owned: ReadonlyMap<string, readonly number[]>): void {
    for (const [name, { position }] of this.#reading) {
      if (!owned.get(position.topic)?.includes(position.partition)) this.#reading.delete(name);
    }
  }

  /** Hands what was read to its lane, and goes on behind it if the lane takes it. */
  deliver(fetched: FetchedPartition, lanes: Lanes): void {
    const found = this.#reading.get(nameOf(fetched));
    // The lane may have gone elsewhere while the request was under way.
    if (found === undefined || found.position.offset !== fetched.readFrom) return;
    if (lanes.lane(fetched.topic, fetched.partition)?.offer(fetched) !== true) return;
    found.position = { ...found.position, offset: fetched.nextOffset };
  }
}

function nameOf({ topic, partition }: Pick<ReadPosition, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
