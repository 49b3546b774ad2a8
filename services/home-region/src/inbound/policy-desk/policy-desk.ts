import { Worker } from 'node:worker_threads';
import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Clock, Logger, Messages } from '@yijie/runtime';
import type { PolicyCall } from './answer-call.ts';
import type { DeskMaterial, Task, TaskAnswer } from './policy-worker.ts';

/** Answers what bureaus ask about packs, on a thread of its own; requests and answers are bytes of the contract. */
export interface PolicyDesk {
  ask(call: PolicyCall, request: Uint8Array, signal: AbortSignal): Promise<Buffer | Refusal>;
  /** `caller` may have one simulation at a time. */
  simulate(caller: string, messages: Messages, signal: AbortSignal): Promise<Buffer | Refusal>;
  close(): Promise<void>;
}

export interface PolicyDeskParts {
  readonly material: DeskMaterial;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tasks that may wait; a task is a call or one message of a simulation. */
const WAITING_MAX = 32;
const SIMULATIONS_MAX = 4;
/** The slowest that was found, a hostile pack of the largest size, takes four seconds; the thread starts in one. */
const TASK_MS_MAX = 15_000;
/** Heap of the thread. What outgrows it ends the thread, not the service. */
const HEAP_MEGABYTES = 512;

/** The thread starts with the first question and is replaced when it dies or hangs. */
export function createPolicyDesk({ material, clock, logger }: PolicyDeskParts): PolicyDesk {
  const waiting: Job[] = [];
  const simulating = new Set<string>();
  let simulationsBegun = 0;
  let running: Job | undefined;
  let thread: Worker | undefined;
  let closed = false;

  function run(task: Task, signal?: AbortSignal): Promise<Buffer | Refusal> {
    if (closed) return Promise.resolve(refuse('SYS-STOPPING'));
    if (waiting.length >= WAITING_MAX) return Promise.resolve(refuse('SYS-UNAVAILABLE', { part: PART }));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const place = waiting.indexOf(job);
        if (place >= 0) waiting.splice(place, 1);
        // One that runs is let run to its end, which isn't far; its answer goes nowhere.
        reject(signal?.reason);
      };
      const forget = () => signal?.removeEventListener('abort', giveUp);
      const job: Job = {
        task,
        resolve: (answer) => {
          forget();
          resolve(answer);
        },
        reject: (cause) => {
          forget();
          reject(cause);
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(job);
      startNext();
    });
  }

  function startNext(): void {
    if (running !== undefined || closed) return;
    running = waiting.shift();
    if (running === undefined) return;
    thread ??= startThread();
    const { task } = running;
    running.stopWatch = clock.after(TASK_MS_MAX, () => lose(thread, new Error(`${task.kind} hangs`)));
    thread.postMessage(task, bytesOf(task));
  }

  function startThread(): Worker {
    const made = new Worker(new URL('./policy-worker.ts', import.meta.url), {
      name: PART,
      workerData: material,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    made.on('message', (answer: TaskAnswer) => {
      if (made !== thread) return;
      const job = running;
      endRunning();
      if (job !== undefined) settle(job, answer);
      startNext();
    });
    made.on('error', (cause) => lose(made, cause));
    made.on('exit', () => lose(made, new Error('the thread ended')));
    return made;
  }

  /** The task at hand is answered for the thread, simulations in it are gone, and the next task gets a new one. */
  function lose(lost: Worker | undefined, cause: unknown): void {
    if (lost === undefined || lost !== thread) return;
    thread = undefined;
    void lost.terminate();
    const job = running;
    endRunning();
    if (closed) return;
    logger.warn('policy-desk.thread-lost', {
      cause: cause instanceof Error ? cause : new Error(String(cause)),
    });
    job?.resolve(refuse('SYS-UNAVAILABLE', { part: PART }));
    startNext();
  }

  function endRunning(): void {
    running?.stopWatch?.();
    running = undefined;
  }

  return {
    ask: (call, request, signal) =>
      run({ kind: 'call', call, request: ownCopy(request), today: localDateAt(clock.now()) }, signal),

    async simulate(caller, messages, signal) {
      if (simulating.has(caller)) return refuse('LIM-BUSY', { max: '1' });
      if (simulating.size >= SIMULATIONS_MAX) return refuse('SYS-UNAVAILABLE', { part: PART });
      simulating.add(caller);
      simulationsBegun += 1;
      const simulation = simulationsBegun;
      try {
        const begun = await run({ kind: 'begin', simulation, today: localDateAt(clock.now()) }, signal);
        if (isRefusal(begun)) return begun;
        for await (const message of messages) {
          const taken = await run({ kind: 'take', simulation, message: ownCopy(message) }, signal);
          if (isRefusal(taken)) return taken;
        }
        return await run({ kind: 'finish', simulation }, signal);
      } finally {
        simulating.delete(caller);
        void run({ kind: 'drop', simulation });
      }
    },

    async close() {
      closed = true;
      const jobs = [running, ...waiting.splice(0)];
      endRunning();
      for (const job of jobs) job?.resolve(refuse('SYS-STOPPING'));
      await thread?.terminate();
    },
  };
}

const PART = 'policy-desk';

interface Job {
  readonly task: Task;
  readonly resolve: (answer: Buffer | Refusal) => void;
  readonly reject: (cause: unknown) => void;
  stopWatch?: () => void;
}

function settle({ resolve, reject }: Job, answer: TaskAnswer): void {
  if ('fault' in answer) reject(new Error(answer.fault));
  else if ('refusal' in answer) resolve(answer.refusal);
  else resolve(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.length));
}

/** Moved to the thread, which takes the whole memory behind it: so it has memory of its own. */
function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

function bytesOf(task: Task): ArrayBuffer[] {
  if (task.kind === 'call') return [task.request.buffer];
  return task.kind === 'take' ? [task.message.buffer] : [];
}

function isRefusal(answer: Buffer | Refusal): answer is Refusal {
  return !Buffer.isBuffer(answer);
}
