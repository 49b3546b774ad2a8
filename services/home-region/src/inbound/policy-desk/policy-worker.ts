// The thread of the policy desk: reads drafts and computes, so that a large or hostile one never holds up settlements.
import { parentPort, workerData } from 'node:worker_threads';
import type { LocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { type PackText, packShelf } from '../../core/policy/pack-shelf.ts';
import { FormError } from '../grpc/form.ts';
import { answerCall, type PolicyCall } from './answer-call.ts';
import { PackSimulation } from './pack-simulation.ts';

/** Everything that the thread is given when it starts. */
export interface DeskMaterial {
  readonly packs: readonly PackText[];
  readonly province: string;
}

/** One piece of work; the next is sent when this one is answered. */
export type Task =
  | {
      readonly kind: 'call';
      readonly call: PolicyCall;
      readonly request: Uint8Array<ArrayBuffer>;
      readonly today: LocalDate;
    }
  | { readonly kind: 'begin'; readonly simulation: number; readonly today: LocalDate }
  | { readonly kind: 'take'; readonly simulation: number; readonly message: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'finish' | 'drop'; readonly simulation: number };

export type TaskAnswer =
  | { readonly bytes: Uint8Array }
  | { readonly refusal: Refusal }
  /** A mistake of ours. */
  | { readonly fault: string };

const { packs, province } = workerData as DeskMaterial;
const shelf = packShelf(packs, province);
const simulations = new Map<number, PackSimulation>();
const NOTHING = new Uint8Array();

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(answerTask(task));
});

function answerTask(task: Task): TaskAnswer {
  try {
    return { bytes: perform(task) };
  } catch (error) {
    if (task.kind === 'take') simulations.delete(task.simulation);
    if (error instanceof FormError) return { refusal: error.refusal };
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function perform(task: Task): Uint8Array {
  switch (task.kind) {
    case 'call':
      return answerCall(task.call, task.request, { shelf, today: task.today });
    case 'begin':
      simulations.set(task.simulation, new PackSimulation(shelf, task.today));
      return NOTHING;
    case 'take':
      simulationOf(task.simulation).take(task.message);
      return NOTHING;
    case 'finish':
      return simulationOf(task.simulation).finish();
    case 'drop':
      simulations.delete(task.simulation);
      return NOTHING;
  }
}

/** One that is not there went with a thread that had to be ended. */
function simulationOf(number: number): PackSimulation {
  const simulation = simulations.get(number);
  if (simulation === undefined) throw new FormError(refuse('SYS-UNAVAILABLE', { part: 'policy-desk' }));
  return simulation;
}
