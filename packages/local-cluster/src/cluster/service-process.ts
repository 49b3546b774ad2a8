import { readFileSync } from 'node:fs';
import { PartError } from '../part.ts';
import { startServerProcess } from '../server-process.ts';
import { until } from '../until.ts';

/** A service of ours as a child process: the same main.ts in every way of running. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: () => number;
  /** host:port */
  readonly grpc: string;
  /** http://host:port of health and metrics. */
  readonly operations: string;
  /** Rejects when the process ends by itself. */
  readonly diedEarly: () => Promise<never>;
  /** SIGTERM: finishes what it accepted. */
  stop(): Promise<void>;
  /** SIGKILL: as a power failure would. */
  kill(): Promise<void>;
  /** Sends a signal, for tests that pause a process. */
  signal(signal: NodeJS.Signals): void;
  /** Starts it again with the same settings after it was stopped or killed. */
  restart(): Promise<void>;
}

export interface ServiceCommand {
  readonly name: string;
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grpc: string;
  readonly operations: string;
  readonly logFile: string;
  readonly nodeFlags?: readonly string[];
}

const readyWithinMs = 60_000;
const stopWithinMs = 20_000;

/** Resolves when the service says that it is ready. */
export async function startService(command: ServiceCommand): Promise<ServiceProcess> {
  let server = launch();
  await ready();

  function launch() {
    return startServerProcess({
      name: command.name,
      command: process.execPath,
      args: ['--no-warnings', ...(command.nodeFlags ?? []), command.entry],
      logFile: command.logFile,
      env: { ...inherited(), ...command.environment },
    });
  }

  async function ready(): Promise<void> {
    const health = `${command.operations}/health/ready`;
    let said = '';
    try {
      await Promise.race([
        until(async () => {
          const response = await fetch(health);
          said = await response.text();
          if (!response.ok) throw new Error(said);
        }, readyWithinMs),
        server.diedEarly,
      ]);
    } catch (cause) {
      await server.end('SIGKILL', 0);
      if (cause instanceof PartError) throw cause;
      const log = readFileSync(command.logFile, 'utf8').slice(-2_000);
      throw new PartError(
        `${command.name} isn't ready after ${readyWithinMs} ms (${said}). Its log ends with:\n${log}`,
        {
          cause,
        },
      );
    }
  }

  return {
    name: command.name,
    grpc: command.grpc,
    operations: command.operations,
    pid: () => server.pid,
    diedEarly: () => server.diedEarly,
    stop: () => server.end('SIGTERM', stopWithinMs),
    kill: () => server.end('SIGKILL', 1_000),
    signal: (signal) => {
      process.kill(server.pid, signal);
    },
    async restart() {
      if (server.isRunning()) return;
      server = launch();
      await ready();
    },
  };
}

/** A service sees its own settings and what a process needs to run at all, nothing of the caller's environment. */
function inherited(): Record<string, string> {
  const passed = [
    'PATH',
    'HOME',
    'TMPDIR',
    'LANG',
    'SYSTEMROOT',
    'NODE_COMPILE_CACHE',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ];
  return Object.fromEntries(
    passed.flatMap((name) => (process.env[name] ? [[name, process.env[name] as string]] : [])),
  );
}
