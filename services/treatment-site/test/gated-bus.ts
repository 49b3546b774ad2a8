import type { Bus, PublishRecord, SubscribeOptions, Subscription, TopicSpec } from '@yijie/bus';

/** A real bus whose publishing can be held up, as when the broker is away. */
export class GatedBus implements Bus {
  private readonly bus: Bus;
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;
  /** Topics that are held; others pass. */
  private held: (topic: string) => boolean = () => false;

  constructor(bus: Bus) {
    this.bus = bus;
  }

  hold(held: (topic: string) => boolean): void {
    this.held = held;
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  release(): void {
    this.held = () => false;
    this.open();
  }

  async publish(topic: string, records: readonly PublishRecord[]): Promise<void> {
    if (this.held(topic)) await this.gate;
    await this.bus.publish(topic, records);
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.bus.ensureTopics(topics);
  }

  partitions(topic: string): Promise<number> {
    return this.bus.partitions(topic);
  }

  subscribe(options: SubscribeOptions): Promise<Subscription> {
    return this.bus.subscribe(options);
  }

  ping(): Promise<void> {
    return this.bus.ping();
  }

  close(): Promise<void> {
    this.release();
    return this.bus.close();
  }
}
