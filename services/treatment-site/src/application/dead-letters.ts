import { Reply } from '@yijie/contracts/exchange';
import type {
  DropDeadLetterRequest,
  DropDeadLetterResponse,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  RedriveDeadLetterRequest,
  RedriveDeadLetterResponse,
  ShowDeadLetterRequest,
  ShowDeadLetterResponse,
} from '@yijie/contracts/operations';
import { type Refusal, refuse } from '@yijie/errors';
import {
  type DeadLetterView,
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
} from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { ResultStore } from './store-results.ts';

/** What operations staff do with answers that couldn't be processed. */
export interface DeadLetterDesk {
  list(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse | Refusal>;
  show(request: ShowDeadLetterRequest, headersOnly: boolean): Promise<ShowDeadLetterResponse | Refusal>;
  redrive(request: RedriveDeadLetterRequest, by: string): Promise<RedriveDeadLetterResponse | Refusal>;
  drop(request: DropDeadLetterRequest, by: string): Promise<DropDeadLetterResponse | Refusal>;
}

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

export function createDeadLetterDesk(options: {
  readonly database: Database;
  readonly results: ResultStore;
  readonly clock: Clock;
}): DeadLetterDesk {
  const { database, results, clock } = options;
  const closing = (request: { deadLetterId: number; reason: string }, by: string) => ({
    deadLetterId: request.deadLetterId,
    by,
    reason: request.reason,
    nowMs: clock.now(),
  });

  return {
    async list({ pageSize, pageToken, includeClosed }) {
      if (pageSize < 0 || pageSize > PAGE_MAX || !/^\d{0,15}$/.test(pageToken)) return refuse('FRM-PAGE');
      const size = pageSize === 0 ? PAGE_DEFAULT : pageSize;
      const rows = await listDeadLetters(database, {
        after: Number(pageToken || '0'),
        size: size + 1,
        includeClosed,
      });
      const shown = rows.slice(0, size);
      return {
        deadLetters: shown.map(viewOf),
        nextPageToken: rows.length > size ? String(shown.at(-1)?.deadLetterId ?? '') : '',
      };
    },

    async show({ deadLetterId }, headersOnly) {
      const letter = await findDeadLetter(database, deadLetterId);
      if (letter === undefined) return refuse('DLQ-NOTFOUND', { deadLetterId: String(deadLetterId) });
      return {
        deadLetter: viewOf(letter),
        headers: Object.fromEntries(
          Object.entries(letter.headers).map(([name, value]) => [name, printable(value)]),
        ),
        bodyJson: headersOnly ? '' : bodyJson(letter.payload),
        body: headersOnly ? Buffer.alloc(0) : Buffer.from(letter.payload),
      };
    },

    async redrive(request, by) {
      if (request.reason === '') return refuse('FRM-REQUIRED', { field: 'reason' });
      const result = await redriveDeadLetter(database, results.processAgain, closing(request, by));
      return {
        result: result.result,
        cause: 'cause' in result ? result.cause : '',
        unparked: result.unparked,
      };
    },

    async drop(request, by) {
      if (request.reason === '') return refuse('FRM-REQUIRED', { field: 'reason' });
      const result = await dropDeadLetter(database, results.processAgain, closing(request, by));
      return {
        result: result.result === 'ALREADY_CLOSED' ? 'ALREADY_CLOSED' : 'DROPPED',
        unparked: result.unparked,
      };
    },
  };
}

function viewOf(letter: DeadLetterView) {
  const { deadLetterId, topic, partition, offset, reasonCode, reason, atMs, state, parkedBehind } = letter;
  return { deadLetterId, topic, partition, offset, reasonCode, reason, atMs, state, parkedBehind };
}

/** Replies name no person: they may be shown whole. */
function bodyJson(payload: Uint8Array): string {
  try {
    return JSON.stringify(Reply.toJSON(Reply.decode(payload)));
  } catch {
    return '';
  }
}

function printable(value: Uint8Array): string {
  const text = Buffer.from(value).toString('utf8');
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(value).toString('base64');
}
