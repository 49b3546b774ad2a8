import type { TopicSpec } from './bus.ts';
import { BusError } from './bus-error.ts';

/** A topic that exists must have the number of partitions that is asked for. */
export function checkPartitions({ name, partitions }: TopicSpec, existing: number): void {
  if (existing === partitions) return;
  throw new BusError(
    `${name} has ${existing} partitions and should have ${partitions}. The number is fixed when a topic is made, as keys would change their partition.`,
  );
}
