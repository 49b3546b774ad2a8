import { Command } from '@yijie/contracts/exchange';
import { OperationsServiceService, type DeadLetter as WireDeadLetter } from '@yijie/contracts/operations';
import { refuse } from '@yijie/errors';
import {
  type DeadLetterView,
  type DeadLetterWhole,
  dropDeadLetter,
  findDeadLetter,
  HEADER,
  type Incoming,
  listDeadLetters,
  type ProcessAgain,
  redriveDeadLetter,
} from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, auditActor, callerName } from '@yijie/security';
import type { CommandProcessor } from '../../application/process-commands.ts';
import type { AuditReport } from '../../application/verify-audit.ts';
import { appendAudit } from '../../repositories/audit.ts';

export interface OperationsParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Asked for at each call: commands start before this service does. */
  readonly processor: () => CommandProcessor;
  verifyAudit(fromBlock: number, untilBlock: number): Promise<AuditReport>;
}

const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;

export function operationsService(parts: OperationsParts): UnaryService<Authorized> {
  const { database, clock, processor } = parts;
  const processAgain: ProcessAgain = (message) => processor().processAgain(message);

  const audit = ({ caller }: Authorized, action: string, deadLetterId: number): Promise<void> =>
    appendAudit(database, [
      { ...auditActor(caller), atMs: clock.now(), action, object: `dead-letter:${deadLetterId}` },
    ]);

  return unaryService(OperationsServiceService, {
    async listDeadLetters(request) {
      const size = Math.min(request.pageSize || PAGE_DEFAULT, PAGE_MAX);
      const after = request.pageToken === '' ? 0 : Number(request.pageToken);
      if (!Number.isSafeInteger(after) || after < 0) return refuse('FRM-PAGE');
      const letters = await listDeadLetters(database, { after, size, includeClosed: request.includeClosed });
      const last = letters[letters.length - 1];
      return {
        deadLetters: letters.map(toWire),
        nextPageToken: letters.length === size && last !== undefined ? `${last.deadLetterId}` : '',
      };
    },

    async showDeadLetter({ deadLetterId }, { identity }) {
      const letter = await findDeadLetter(database, deadLetterId);
      if (letter === undefined) return refuse('DLQ-NOTFOUND', { deadLetterId: `${deadLetterId}` });
      const { headersOnly, masked } = identity.scope;
      return {
        deadLetter: toWire(letter),
        headers: shownHeaders(letter),
        bodyJson: headersOnly ? '' : bodyWithoutPerson(letter),
        body: headersOnly || masked ? Buffer.alloc(0) : Buffer.from(letter.payload),
      };
    },

    async redriveDeadLetter({ deadLetterId, reason }, { identity }) {
      if ((await findDeadLetter(database, deadLetterId)) === undefined)
        return refuse('DLQ-NOTFOUND', { deadLetterId: `${deadLetterId}` });
      const closing = { deadLetterId, by: callerName(identity.caller), reason, nowMs: clock.now() };
      const done = await redriveDeadLetter(database, processAgain, closing);
      if (done.result === 'PROCESSED') await audit(identity, 'dead-letter.redrive', deadLetterId);
      return {
        result: done.result,
        cause: done.result === 'STILL_FAILING' ? done.cause : '',
        unparked: done.unparked,
      };
    },

    async dropDeadLetter({ deadLetterId, reason }, { identity }) {
      const letter = await findDeadLetter(database, deadLetterId);
      if (letter === undefined) return refuse('DLQ-NOTFOUND', { deadLetterId: `${deadLetterId}` });
      if (reason === '') return refuse('FRM-REQUIRED', { field: 'reason' });
      if (letter.state === 'WAITING') await processor().giveUp(incomingOf(letter));
      const closing = { deadLetterId, by: callerName(identity.caller), reason, nowMs: clock.now() };
      const done = await dropDeadLetter(database, processAgain, closing);
      // What stood behind it may fail in its turn; the letter then stays open until that is dealt with.
      if (done.result === 'STILL_FAILING') return refuse('DLQ-FAILED', { cause: done.cause });
      if (done.result === 'PROCESSED') await audit(identity, 'dead-letter.drop', deadLetterId);
      return {
        result: done.result === 'PROCESSED' ? 'DROPPED' : 'ALREADY_CLOSED',
        unparked: done.unparked,
      };
    },

    async verifyAudit({ fromBlock, untilBlock }) {
      const report = await parts.verifyAudit(fromBlock, untilBlock);
      return { ...report, findings: [...report.findings] };
    },
  });
}

function toWire(letter: DeadLetterView): WireDeadLetter {
  return {
    deadLetterId: letter.deadLetterId,
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    reasonCode: letter.reasonCode,
    reason: letter.reason,
    atMs: letter.atMs,
    state: letter.state,
    parkedBehind: letter.parkedBehind,
  };
}

function shownHeaders(letter: DeadLetterWhole): Record<string, string> {
  return Object.fromEntries(
    Object.entries(letter.headers).map(([name, value]) => [
      name,
      Buffer.from(value).toString(name === HEADER.signature ? 'hex' : 'utf8'),
    ]),
  );
}

/** Empty when the message can't be decoded. */
function bodyWithoutPerson(letter: DeadLetterWhole): string {
  try {
    const { personToken: _, ...shown } = Command.toJSON(Command.decode(letter.payload)) as Record<
      string,
      unknown
    >;
    return JSON.stringify(shown);
  } catch {
    return '';
  }
}

function incomingOf(letter: DeadLetterWhole): Incoming {
  const header = (name: string) => {
    const value = letter.headers[name];
    return value === undefined ? undefined : Buffer.from(value).toString('utf8');
  };
  return {
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    key: letter.key,
    kind: header(HEADER.kind) ?? '',
    payload: letter.payload,
    signedBy: header(HEADER.region) ?? '',
    traceParent: header(HEADER.trace) ?? null,
    headers: letter.headers,
    appendedAtMs: letter.atMs,
  };
}
