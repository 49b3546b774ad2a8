import { localDateAt, localDateToNumber } from '@yijie/calendar';
import {
  CancelFilingResponse,
  FilingServiceService,
  type SubmitFilingRequest,
  SubmitFilingResponse,
  type FilingRecord as WireFiling,
} from '@yijie/contracts/home';
import { refuse } from '@yijie/errors';
import { CHANNELS, type FilingRecord } from '@yijie/filing';
import type { Database, Queryable } from '@yijie/postgres';
import { type Clock, type Ids, idFromText, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, auditActor, callerName, withSecondPerson } from '@yijie/security';
import { cancelFiling } from '../../application/cancel-filing.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import type { FilingActor } from '../../application/registry.ts';
import { type FilingForm, submitFiling } from '../../application/submit-filing.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { filingsOfPerson } from '../../repositories/filing-rows.ts';
import { findMember } from '../../repositories/member-rows.ts';
import { filingType } from '../../wire/words.ts';
import { callerPool, keyOwner } from './caller-pool.ts';
import { optionalDate, pool, readForm, requiredText, requiredWord } from './form.ts';
import { refusedOutcome, settledOutcome } from './outcomes.ts';

export interface FilingServiceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
}

export function filingService({ database, clock, ids }: FilingServiceParts): UnaryService<Authorized> {
  return unaryService(FilingServiceService, {
    async submitFiling(request, call) {
      const read = readForm(() => readRequest(request));
      if (!read.ok) return read;
      const { identity, rpc, requestBytes } = call;
      const nowMs = clock.now();
      const second = withSecondPerson(rpc, identity.caller, identity.scope);
      // Reaching into the past takes two persons.
      const reachesBack = read.form.from !== undefined && read.form.from < localDateAt(nowMs);
      if (reachesBack && !second.ok) return second;
      const actor = actorOf(identity, second.ok);
      const once = await oncePerKey(
        database,
        {
          pool: keyOwner(identity),
          call: 'SubmitFiling',
          idempotencyKey: request.idempotencyKey,
          body: requestBytes,
          nowMs,
        },
        async (tx) => {
          const submitted = await submitFiling(ids, tx, request.personToken, read.form, actor, nowMs);
          if (!submitted.ok && !submitted.keepsKey) return submitted;
          if (submitted.ok) await audit(tx, identity, 'filing.submit', submitted.filing, nowMs);
          return SubmitFilingResponse.encode(
            submitted.ok
              ? {
                  outcome: settledOutcome(request.idempotencyKey),
                  filingId: submitted.filing.filingId,
                  state: submitted.filing.state,
                }
              : { outcome: refusedOutcome(submitted, request.idempotencyKey), filingId: '', state: '' },
          ).finish();
        },
      );
      if (!once.ok) return once;
      return SubmitFilingResponse.decode(once.answer);
    },

    async cancelFiling(request, call) {
      const { filingId } = request;
      if (idFromText(filingId) === undefined) return refuse('FIL-NOTFOUND', { filingId });
      const { identity, requestBytes } = call;
      const nowMs = clock.now();
      const actor = actorOf(identity, false);
      const once = await oncePerKey(
        database,
        {
          pool: keyOwner(identity),
          call: 'CancelFiling',
          idempotencyKey: request.idempotencyKey,
          body: requestBytes,
          nowMs,
        },
        async (tx) => {
          const cancelled = await cancelFiling(tx, filingId, request.reason, actor, nowMs);
          if (!cancelled.ok && !cancelled.keepsKey) return cancelled;
          if (cancelled.ok) await audit(tx, identity, 'filing.cancel', cancelled.filing, nowMs);
          const outcome = cancelled.ok
            ? settledOutcome(request.idempotencyKey)
            : refusedOutcome(cancelled, request.idempotencyKey);
          return CancelFilingResponse.encode({ outcome }).finish();
        },
      );
      if (!once.ok) return once;
      return CancelFilingResponse.decode(once.answer);
    },

    async listFilings({ personToken }, call) {
      const member = await findMember(database, personToken, callerPool(call.identity));
      if (member === undefined) return refuse('ENR-NOTFOUND');
      return {
        filings: (await filingsOfPerson(database, personToken)).map(({ record }) => wireFiling(record)),
      };
    },
  });
}

function audit(
  tx: Queryable,
  { caller }: Authorized,
  action: string,
  { filingId }: FilingRecord,
  atMs: number,
): Promise<void> {
  return appendAudit(tx, [{ ...auditActor(caller), atMs, action, object: `filing:${filingId}` }]);
}

function actorOf(identity: Authorized, withSecondPerson: boolean): FilingActor {
  return { name: callerName(identity.caller), pool: callerPool(identity), withSecondPerson };
}

function readRequest(request: SubmitFilingRequest): FilingForm {
  return {
    type: requiredWord('type', filingType.word(request.type)),
    targetRegion: pool('target_region', request.targetRegion),
    from: optionalDate('valid_from', request.validFrom),
    until: optionalDate('valid_until', request.validUntil),
    channel: requiredWord(
      'channel',
      CHANNELS.find((channel) => channel === requiredText('channel', request.channel)),
    ),
    byCommitment: request.byCommitment,
  };
}

function wireFiling(record: FilingRecord): WireFiling {
  return {
    filingId: record.filingId,
    type: filingType.wire(record.type),
    targetRegion: record.targetRegion,
    validFrom: localDateToNumber(record.from),
    validUntil: record.until === undefined ? 0 : localDateToNumber(record.until),
    channel: record.channel,
    state: record.state,
    decidedAtMs: record.decidedAt ?? 0,
  };
}
