import pino from 'pino';
import { LogOutput } from './log-output.ts';
import { loggableFields } from './loggable-fields.ts';
import { maskPersonal } from './mask.ts';
import type { LogFields, Logger } from './ports.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly service: string;
  /** Names that this service may log beside `loggableFields`. */
  readonly fields?: readonly string[];
  /** Where lines go: standard output unless given. */
  readonly destination?: { write(line: string): void };
  /** Called with the name of each field that was left out, so that a metric can count them. */
  readonly onDropped?: (field: string) => void;
}

export interface ServiceLogger extends Logger {
  /** Resolves when the lines written so far are handed to the operating system. */
  flush(): Promise<void>;
  /** The same at once, for a process whose state can't be trusted any more; lines may change their order. */
  flushNow(): void;
}

/**
 * One JSON line per event: time (UTC), level, service, event, fields. A field whose name isn't on the list is left out
 * and its name is kept under `dropped`; texts pass `maskPersonal`; an error is written with its type, code, message,
 * stack and causes, and nothing else it may carry (drivers put the offending row into theirs).
 */
export function createLogger(options: LoggerOptions): ServiceLogger {
  // Lines are written behind the caller's back: a settlement never waits for a terminal or a pipe.
  const output = options.destination === undefined ? new LogOutput(standardOutput) : undefined;
  const sink = pino(
    {
      level: options.level,
      base: { service: options.service },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output ?? options.destination,
  );
  const allowed =
    options.fields === undefined ? loggableFields : new Set([...loggableFields, ...options.fields]);
  const logger = new AllowListLogger(sink, allowed, options.onDropped, undefined);
  return Object.assign(logger, {
    flush: () => output?.flush() ?? Promise.resolve(),
    flushNow: () => output?.flushNow(),
  });
}

const standardOutput = 1;

type Writable = Record<string, unknown>;

class AllowListLogger implements Logger {
  readonly #sink: pino.Logger;
  readonly #allowed: ReadonlySet<string>;
  readonly #onDropped: ((field: string) => void) | undefined;
  readonly #inherited: Writable | undefined;

  constructor(
    sink: pino.Logger,
    allowed: ReadonlySet<string>,
    onDropped: ((field: string) => void) | undefined,
    inherited: Writable | undefined,
  ) {
    this.#sink = sink;
    this.#allowed = allowed;
    this.#onDropped = onDropped;
    this.#inherited = inherited;
  }

  debug(event: string, fields?: LogFields): void {
    if (this.#sink.isLevelEnabled('debug')) this.#sink.debug(this.#clean(fields), event);
  }

  info(event: string, fields?: LogFields): void {
    if (this.#sink.isLevelEnabled('info')) this.#sink.info(this.#clean(fields), event);
  }

  warn(event: string, fields?: LogFields): void {
    if (this.#sink.isLevelEnabled('warn')) this.#sink.warn(this.#clean(fields), event);
  }

  error(event: string, fields?: LogFields): void {
    if (this.#sink.isLevelEnabled('error')) this.#sink.error(this.#clean(fields), event);
  }

  child(fields: LogFields): Logger {
    return new AllowListLogger(this.#sink, this.#allowed, this.#onDropped, this.#clean(fields));
  }

  #clean(fields: LogFields | undefined): Writable {
    const clean: Writable = { ...this.#inherited };
    if (fields === undefined) return clean;
    let dropped: string[] | undefined;
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      if (this.#allowed.has(name)) {
        clean[name] = cleanValue(value);
      } else {
        dropped ??= [];
        dropped.push(maskPersonal(name));
        this.#onDropped?.(name);
      }
    }
    if (dropped !== undefined) clean.dropped = dropped;
    return clean;
  }
}

/** From 15 digits on, a number may be an identity number of the first generation; nothing we count gets there. */
const numberEnd = 1e14;

function cleanValue(value: string | number | boolean | Error): unknown {
  if (typeof value === 'string') return maskPersonal(value);
  if (typeof value === 'number') return Math.abs(value) < numberEnd ? value : maskPersonal(String(value));
  if (value instanceof Error) return cleanError(value, 0);
  return value;
}

/** Deep enough for driver → pool → use case → call; a cycle ends here too. */
const causesMax = 5;

function cleanError(error: Error, depth: number): Writable {
  const clean: Writable = { type: error.name, message: maskPersonal(error.message) };
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' || typeof code === 'number') clean.code = cleanValue(code);
  if (error.stack !== undefined) clean.stack = maskPersonal(error.stack);
  if (error.cause instanceof Error && depth < causesMax) clean.cause = cleanError(error.cause, depth + 1);
  if (error instanceof AggregateError && depth < causesMax) {
    clean.errors = error.errors
      .slice(0, causesMax)
      .map((each) => (each instanceof Error ? cleanError(each, depth + 1) : 'not an error'));
  }
  return clean;
}
