import { type LocalDate, rangeContains } from '@yijie/calendar';
import {
  CheckPackRequest,
  CheckPackResponse,
  ComputePackRequest,
  ComputePackResponse,
  DiffPacksRequest,
  DiffPacksResponse,
  ExplainPackRequest,
  ExplainPackResponse,
  ListPacksRequest,
  ListPacksResponse,
  type PolicyServiceService,
  TestPackRequest,
  TestPackResponse,
} from '@yijie/contracts/policy';
import { refuse } from '@yijie/errors';
import { checkInput, compute, diffPacks, explain, type Pack, type PolicyInput } from '@yijie/policy';
import { overlappingVersions, runExamples } from '../../core/policy/pack-review.ts';
import type { PackShelf } from '../../core/policy/pack-shelf.ts';
import { scheme } from '../../wire/words.ts';
import { FormError, optionalDate, pool } from '../grpc/form.ts';
import { choosePack, parseFile, readCases } from './choose-pack.ts';
import { readInput } from './read-input.ts';
import {
  exampleOutcome,
  exampleState,
  explanationStep,
  heldPack,
  packDiff,
  policyResult,
  rightPack,
  wrongPack,
} from './write-answer.ts';

/** The unary calls of the contract, as it names them. */
export type PolicyCall = Exclude<keyof PolicyServiceService, 'simulatePack'>;

interface Desk {
  readonly shelf: PackShelf;
  readonly today: LocalDate;
}

/** Answers one call, bytes in, bytes out. What the request or its pack is refused for is thrown as a FormError. */
export function answerCall(call: PolicyCall, request: Uint8Array, desk: Desk): Uint8Array {
  return ANSWERS[call](request, desk);
}

const ANSWERS: Readonly<Record<PolicyCall, (request: Uint8Array, desk: Desk) => Uint8Array>> = {
  listPacks: answer(ListPacksRequest, ListPacksResponse, listPacks),
  checkPack: answer(CheckPackRequest, CheckPackResponse, checkPack),

  computePack: answer(ComputePackRequest, ComputePackResponse, ({ pack: choice, input: wire }, desk) => {
    const { pack } = choosePack('pack', choice, desk.shelf, desk.today);
    return { result: policyResult(compute(pack, checked(pack, readInput(wire)))) };
  }),

  explainPack: answer(ExplainPackRequest, ExplainPackResponse, ({ pack: choice, input: wire }, desk) => {
    const { pack } = choosePack('pack', choice, desk.shelf, desk.today);
    const { result, steps } = explain(pack, checked(pack, readInput(wire)));
    return { result: policyResult(result), steps: steps.map(explanationStep) };
  }),

  testPack: answer(TestPackRequest, TestPackResponse, (request, desk) => {
    const shelved = choosePack('pack', request.pack, desk.shelf, desk.today);
    const cases = readCases(request.casesJson) ?? shelved.cases;
    const examples = runExamples({ ...shelved, cases });
    return {
      version: shelved.pack.version,
      examples: exampleState(examples),
      outcomes: examples.outcomes.map(exampleOutcome),
    };
  }),

  diffPacks: answer(DiffPacksRequest, DiffPacksResponse, (request, desk) => {
    const before = choosePack('before', request.before, desk.shelf, desk.today).pack;
    const after = choosePack('after', request.after, desk.shelf, desk.today).pack;
    if (before.scheme !== after.scheme)
      throw new FormError(
        refuse('FRM-VALUE', { field: 'after', value: after.scheme, allowed: before.scheme }),
      );
    return packDiff(before, after, diffPacks(before, after));
  }),
};

function listPacks(request: ListPacksRequest, { shelf, today }: Desk): ListPacksResponse {
  const day = optionalDate('day', request.day) ?? today;
  const homePool = request.homePool === '' ? undefined : pool('home_pool', request.homePool);
  const kind = scheme.word(request.scheme);
  const packs = shelf.packs
    .filter(({ pack }) => homePool === undefined || pack.homePool === homePool)
    .filter(({ pack }) => kind === undefined || pack.scheme === kind)
    .map((shelved) => ({ shelved, inForce: rangeContains(shelved.pack.effective, day) }))
    .filter(({ inForce }) => inForce || !request.onlyInForce)
    .map(({ shelved, inForce }) => heldPack(shelved.pack, inForce, runExamples(shelved)));
  return { packs };
}

function checkPack(request: CheckPackRequest, { shelf }: Desk): CheckPackResponse {
  const parsed = parseFile('pack', request.pack);
  if (!parsed.ok) return wrongPack(parsed.problems);
  const { pack } = parsed;
  const cases = readCases(request.casesJson);
  const examples = runExamples({ pack, fileName: request.pack?.name ?? '', cases });
  return rightPack(pack, examples, overlappingVersions(pack, shelf));
}

function checked(pack: Pack, input: PolicyInput): PolicyInput {
  const answered = checkInput(pack, input);
  if (!answered.ok) throw new FormError(answered);
  return input;
}

interface Codec<Message> {
  decode(bytes: Uint8Array): Message;
  encode(message: Message): { finish(): Uint8Array };
}

function answer<Request, Response>(
  requests: Pick<Codec<Request>, 'decode'>,
  responses: Pick<Codec<Response>, 'encode'>,
  handle: (request: Request, desk: Desk) => Response,
): (request: Uint8Array, desk: Desk) => Uint8Array {
  return (bytes, desk) => responses.encode(handle(decoded(requests, bytes), desk)).finish();
}

/** What the decoder says could repeat bytes of the message. */
export function decoded<Message>({ decode }: Pick<Codec<Message>, 'decode'>, bytes: Uint8Array): Message {
  try {
    return decode(bytes);
  } catch {
    throw new FormError(refuse('FRM-VALUE', { field: 'message' }));
  }
}
