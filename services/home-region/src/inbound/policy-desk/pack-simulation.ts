import type { LocalDate } from '@yijie/calendar';
import { SimulatePackRequest, SimulatePackResponse } from '@yijie/contracts/policy';
import { refuse } from '@yijie/errors';
import { type CompiledPack, checkInput, compilePack, type PastSettlement, Simulation } from '@yijie/policy';
import type { PackShelf } from '../../core/policy/pack-shelf.ts';
import { FormError } from '../grpc/form.ts';
import { decoded } from './answer-call.ts';
import { choosePack } from './choose-pack.ts';
import { readPastSettlement } from './read-input.ts';
import { simulationReport } from './write-answer.ts';

/** A message of so many is computed in some ten milliseconds; other calls come between two messages. */
const SETTLEMENTS_PER_MESSAGE = 2_000;

const NOTHING_USED = {};

/** One stream of past settlements under a draft. Keeps the person at hand and sums: nothing grows with the stream. */
export class PackSimulation {
  readonly #shelf: PackShelf;
  readonly #today: LocalDate;
  #compiled: CompiledPack | undefined;
  #simulation: Simulation | undefined;
  #settlements = 0;
  #person = '';
  #day = '';

  constructor(shelf: PackShelf, today: LocalDate) {
    this.#shelf = shelf;
    this.#today = today;
  }

  /** Takes a message of the stream; what is wrong with it is thrown as a FormError. */
  take(message: Uint8Array): void {
    const { part } = decoded(SimulatePackRequest, message);
    switch (part?.$case) {
      case 'pack': {
        if (this.#simulation !== undefined)
          throw new FormError(refuse('FRM-VALUE', { field: 'pack', allowed: 'the first message' }));
        const { pack } = choosePack('pack', part.pack, this.#shelf, this.#today);
        this.#compiled = compilePack(pack);
        this.#simulation = new Simulation(pack);
        return;
      }
      case 'past': {
        const { settlements } = part.past;
        if (settlements.length > SETTLEMENTS_PER_MESSAGE)
          throw new FormError(
            refuse('FRM-VALUE', {
              field: 'past.settlements',
              value: `${settlements.length}`,
              allowed: `0–${SETTLEMENTS_PER_MESSAGE}`,
            }),
          );
        for (const wire of settlements) this.#add(() => readPastSettlement(wire));
        return;
      }
      case undefined:
        throw new FormError(refuse('FRM-REQUIRED', { field: 'part' }));
    }
  }

  finish(): Uint8Array {
    const { compiled, simulation } = this.#begun();
    return SimulatePackResponse.encode(simulationReport(compiled.version, simulation.report())).finish();
  }

  #add(read: () => PastSettlement): void {
    const { compiled, simulation } = this.#begun();
    try {
      const past = read();
      this.#inOrder(past);
      refuseWhatIsNoInput(compiled, past);
      simulation.add(past);
      this.#settlements += 1;
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      const { refusal } = error;
      // Which of the stream, counted from 0.
      const field = `settlements.${this.#settlements}.${refusal.values.field ?? ''}`;
      throw new FormError({ ...refusal, values: { ...refusal.values, field } });
    }
  }

  #inOrder({ person, facts }: PastSettlement): void {
    const isAfter = person > this.#person || (person === this.#person && facts.settlementDate >= this.#day);
    if (!isAfter)
      throw new FormError(
        refuse('FRM-VALUE', { field: 'person', allowed: 'sorted by person, then by settlement date' }),
      );
    this.#person = person;
    this.#day = facts.settlementDate;
  }

  #begun(): { readonly compiled: CompiledPack; readonly simulation: Simulation } {
    if (this.#compiled === undefined || this.#simulation === undefined)
      throw new FormError(refuse('FRM-REQUIRED', { field: 'pack' }));
    return { compiled: this.#compiled, simulation: this.#simulation };
  }
}

/** What the pack has no rule for is counted by the simulation; what is no input at all is refused here. */
function refuseWhatIsNoInput(compiled: CompiledPack, { facts, groups, account }: PastSettlement): void {
  const checked = checkInput(compiled, { facts, groups, account, accumulators: NOTHING_USED });
  if (checked.ok) return;
  const { missing } = compiled.planFor(facts);
  if (missing === undefined || missing.field !== checked.values.field) throw new FormError(checked);
}
