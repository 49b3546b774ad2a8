import type { Clock, Logger } from '@yijie/runtime';
import type { CommandResult, StoredCommand } from '../../core/command.ts';

/** A command whose answer is awaited, with what its answer is judged by. */
export interface TrackedCommand {
  readonly command: StoredCommand;
  readonly original:
    | { readonly command: StoredCommand; readonly result: CommandResult | undefined }
    | undefined;
}

export type Awaited = CommandResult | 'parked' | undefined;

export interface CommandsInFlight {
  track(tracked: TrackedCommand): void;
  find(commandId: Buffer): TrackedCommand | undefined;
  /** Resolves with the result, or at `untilMs` with undefined. */
  wait(tracked: TrackedCommand, untilMs: number): Promise<Awaited>;
  finish(commandId: Buffer, result: CommandResult): void;
  /** The home region holds the command back behind a dead letter of the same person. */
  park(commandId: Buffer): void;
  readonly size: number;
}

export interface CommandsInFlightOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Results that another replica has stored (after a rebalance answers may arrive there). */
  lookUp(commandIds: readonly Buffer[]): Promise<readonly { commandId: Buffer; result: CommandResult }[]>;
}

const TICK_MS = 100;
/** A waiter older than this looks into the database, and again every second. */
const LOOK_UP_AFTER_MS = 500;
const LOOK_UP_EVERY_MS = 1_000;
/** A command nobody waits for is forgotten; its answer is then judged by what the database holds. */
const KEEP_MS = 60_000;

interface Waiter {
  readonly untilMs: number;
  resolve(awaited: Awaited): void;
}

interface Entry {
  readonly tracked: TrackedCommand;
  readonly sinceMs: number;
  nextLookUpMs: number;
  readonly waiters: Waiter[];
}

export function createCommandsInFlight(options: CommandsInFlightOptions): CommandsInFlight {
  return new InFlight(options);
}

class InFlight implements CommandsInFlight {
  private readonly options: CommandsInFlightOptions;
  private readonly entries = new Map<string, Entry>();
  private ticking = false;
  private lookingUp = false;

  constructor(options: CommandsInFlightOptions) {
    this.options = options;
  }

  get size(): number {
    return this.entries.size;
  }

  track(tracked: TrackedCommand): void {
    this.entry(tracked);
  }

  find(commandId: Buffer): TrackedCommand | undefined {
    return this.entries.get(keyOf(commandId))?.tracked;
  }

  wait(tracked: TrackedCommand, untilMs: number): Promise<Awaited> {
    const entry = this.entry(tracked);
    return new Promise((resolve) => {
      entry.waiters.push({ untilMs, resolve });
      this.tickLater();
    });
  }

  finish(commandId: Buffer, result: CommandResult): void {
    const key = keyOf(commandId);
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    for (const waiter of entry.waiters) waiter.resolve(result);
  }

  park(commandId: Buffer): void {
    const entry = this.entries.get(keyOf(commandId));
    for (const waiter of entry?.waiters.splice(0) ?? []) waiter.resolve('parked');
  }

  private entry(tracked: TrackedCommand): Entry {
    const key = keyOf(tracked.command.commandId);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      const now = this.options.clock.now();
      entry = { tracked, sinceMs: now, nextLookUpMs: now + LOOK_UP_AFTER_MS, waiters: [] };
      this.entries.set(key, entry);
      this.tickLater();
    }
    return entry;
  }

  /** One timer for all: a timer per call would cost more than the rest of the waiting. */
  private tickLater(): void {
    if (this.ticking) return;
    this.ticking = true;
    this.options.clock.after(TICK_MS, () => {
      this.ticking = false;
      this.tick();
      if (this.entries.size > 0) this.tickLater();
    });
  }

  private tick(): void {
    const now = this.options.clock.now();
    const due: Buffer[] = [];
    for (const [key, entry] of this.entries) {
      for (let at = entry.waiters.length - 1; at >= 0; at -= 1) {
        const waiter = entry.waiters[at] as Waiter;
        if (waiter.untilMs > now) continue;
        entry.waiters.splice(at, 1);
        waiter.resolve(undefined);
      }
      if (entry.waiters.length > 0 && entry.nextLookUpMs <= now) {
        entry.nextLookUpMs = now + LOOK_UP_EVERY_MS;
        due.push(entry.tracked.command.commandId);
      } else if (entry.waiters.length === 0 && entry.sinceMs + KEEP_MS <= now) {
        this.entries.delete(key);
      }
    }
    if (due.length > 0 && !this.lookingUp) void this.lookUp(due);
  }

  private async lookUp(commandIds: readonly Buffer[]): Promise<void> {
    this.lookingUp = true;
    try {
      for (const { commandId, result } of await this.options.lookUp(commandIds))
        this.finish(commandId, result);
    } catch (error) {
      this.options.logger.warn('result-lookup-failed', { cause: error as Error });
    } finally {
      this.lookingUp = false;
    }
  }
}

function keyOf(commandId: Buffer): string {
  return commandId.toString('latin1');
}
