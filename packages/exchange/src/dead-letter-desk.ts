import { Command, Question, Reply, SettlementFact } from '@yijie/contracts/exchange';
import type {
  DropDeadLetterRequest,
  DropDeadLetterResponse,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  RedriveDeadLetterRequest,
  RedriveDeadLetterResponse,
  ShowDeadLetterRequest,
  ShowDeadLetterResponse,
  DeadLetter as WireDeadLetter,
} from '@yijie/contracts/operations';
import { type Refusal, refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { type Authorized, auditActor } from '@yijie/security';
import type { MessageKind } from './contract.ts';
import {
  type Closing,
  type DeadLetterView,
  type DeadLetterWhole,
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  type Reprocessing,
  redriveDeadLetter,
} from './dead-letters.ts';
import { HEADER } from './record-headers.ts';

/** What people of operations and agencies do with messages that couldn't be processed, as OperationsService has it. */
export interface DeadLetterDesk {
  list(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse | Refusal>;
  show(request: ShowDeadLetterRequest, by: Authorized): Promise<ShowDeadLetterResponse | Refusal>;
  redrive(request: RedriveDeadLetterRequest, by: Authorized): Promise<RedriveDeadLetterResponse | Refusal>;
  drop(request: DropDeadLetterRequest, by: Authorized): Promise<DropDeadLetterResponse | Refusal>;
}

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

export function createDeadLetterDesk(parts: {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly reprocessing: Reprocessing;
}): DeadLetterDesk {
  const { database, clock, reprocessing } = parts;

  const closingOf = async (
    { deadLetterId, reason }: { readonly deadLetterId: number; readonly reason: string },
    { caller }: Authorized,
  ): Promise<Closing | Refusal> => {
    if (reason.trim() === '') return refuse('FRM-REQUIRED', { field: 'reason' });
    if ((await findDeadLetter(database, deadLetterId)) === undefined) return notFound(deadLetterId);
    return { deadLetterId, reason, by: auditActor(caller), nowMs: clock.now() };
  };

  return {
    async list({ pageSize, pageToken, includeClosed }) {
      if (pageSize < 0 || pageSize > PAGE_MAX || !/^\d{0,15}$/.test(pageToken)) return refuse('FRM-PAGE');
      const size = pageSize === 0 ? PAGE_DEFAULT : pageSize;
      const page = { after: Number(pageToken || '0'), size: size + 1, includeClosed };
      const found = await listDeadLetters(database, page);
      const shown = found.slice(0, size);
      return {
        deadLetters: shown.map(toWire),
        nextPageToken: found.length > size ? String(shown.at(-1)?.deadLetterId ?? '') : '',
      };
    },

    async show({ deadLetterId }, { scope }) {
      const letter = await findDeadLetter(database, deadLetterId);
      if (letter === undefined) return notFound(deadLetterId);
      return {
        deadLetter: toWire(letter),
        headers: shownHeaders(letter),
        bodyJson: scope.headersOnly ? '' : bodyWithoutPerson(letter),
        body: scope.headersOnly || scope.masked ? Buffer.alloc(0) : Buffer.from(letter.payload),
      };
    },

    async redrive(request, by) {
      const closing = await closingOf(request, by);
      if ('ok' in closing) return closing;
      const done = await redriveDeadLetter(database, reprocessing, closing);
      return { result: done.result, cause: causeOf(done), unparked: done.unparked };
    },

    async drop(request, by) {
      const closing = await closingOf(request, by);
      if ('ok' in closing) return closing;
      const done = await dropDeadLetter(database, reprocessing, closing);
      const result = done.result === 'PROCESSED' ? 'DROPPED' : done.result;
      return { result, cause: causeOf(done), unparked: done.unparked };
    },
  };
}

function notFound(deadLetterId: number): Refusal {
  return refuse('DLQ-NOTFOUND', { deadLetterId: String(deadLetterId) });
}

function causeOf(done: { readonly result: string } | { readonly cause: string }): string {
  return 'cause' in done ? done.cause : '';
}

function toWire(letter: DeadLetterView): WireDeadLetter {
  const { deadLetterId, topic, partition, offset, reasonCode, reason, atMs, state, parkedBehind } = letter;
  return { deadLetterId, topic, partition, offset, reasonCode, reason, atMs, state, parkedBehind };
}

/** Bytes that are no text are shown in hexadecimal. */
function shownHeaders(letter: DeadLetterWhole): Record<string, string> {
  const shown = Object.entries(letter.headers).map(([name, bytes]) => {
    const text = Buffer.from(bytes).toString('latin1');
    return [name, /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(bytes).toString('hex')] as const;
  });
  return Object.fromEntries(shown);
}

const MESSAGES: Readonly<Record<MessageKind, (bytes: Uint8Array) => unknown>> = {
  command: (bytes) => Command.toJSON(Command.decode(bytes)),
  question: (bytes) => Question.toJSON(Question.decode(bytes)),
  reply: (bytes) => Reply.toJSON(Reply.decode(bytes)),
  fact: (bytes) => SettlementFact.toJSON(SettlementFact.decode(bytes)),
};

/** What a message says of a person: the token, the first sign of a name, a sealed credential. */
const PERSON_FIELDS: ReadonlySet<string> = new Set(['personToken', 'maskedName', 'sealedCredential']);

/** Empty when the message can't be decoded. */
function bodyWithoutPerson({ headers, payload }: DeadLetterWhole): string {
  const kind = Buffer.from(headers[HEADER.kind] ?? '').toString('utf8');
  if (!Object.hasOwn(MESSAGES, kind)) return '';
  try {
    const message = MESSAGES[kind as MessageKind](payload);
    return JSON.stringify(message, (name, value) => (PERSON_FIELDS.has(name) ? undefined : value));
  } catch {
    return '';
  }
}
