import {
  FilingImportServiceService,
  FilingImportStreamServiceService,
  type RefusedRow,
} from '@yijie/contracts/home';
import { refuse } from '@yijie/errors';
import {
  type CallContext,
  type ExchangeService,
  exchangeService,
  failureOf,
  idFromText,
  idToText,
  type UnaryService,
  unaryService,
} from '@yijie/runtime';
import { type Authorized, auditActor, callerName, type LookupHasher } from '@yijie/security';
import { IMPORT_LINES_MAX, importFilings } from '../../application/filing/import-filings.ts';
import { appendAudit } from '../../repositories/audit.ts';
import {
  findLoad,
  openLoad,
  type RefusedLine,
  refusedLines,
} from '../../repositories/filing/filing-loads.ts';
import { callerPool } from './caller-pool.ts';
import type { FilingServiceParts } from './change-filing.ts';
import { readForm, requiredText } from './form.ts';

const PAGE_MAX = 1_000;
/** A batch of a busy machine; the default of a call is for one filing. */
const BATCH_DEADLINE_MS = 30_000;

export function filingImportService(
  parts: Pick<FilingServiceParts, 'database' | 'clock' | 'registry'> & { readonly hasher: LookupHasher },
): UnaryService<Authorized> {
  const { database, clock, registry, hasher } = parts;
  const poolOf = ({ identity }: CallContext<Authorized>) => callerPool(identity) ?? '';

  return unaryService(FilingImportServiceService, {
    async openImport({ fileHash, source }, call) {
      if (fileHash.length !== 32) return refuse('FRM-VALUE', { field: 'file_hash', allowed: 'SHA-256' });
      const read = readForm(() => requiredText('source', source, 60));
      if (!read.ok) return read;
      const { caller } = call.identity;
      const nowMs = clock.now();
      const loadId = idToText(registry.ids.next());
      const load = await database.transaction(async (tx) => {
        const opened = await openLoad(tx, {
          loadId,
          homePool: poolOf(call),
          fileHash,
          source: read.form,
          openedBy: callerName(caller),
          nowMs,
        });
        const object = `filing-load:${opened.loadId}`;
        const entry = { ...auditActor(caller), atMs: nowMs, action: 'filing.open-import', object };
        await appendAudit(tx, [{ ...entry, purpose: read.form, afterHash: fileHash }]);
        return opened;
      });
      const { linesDone, accepted, refused } = load;
      return { loadId: load.loadId, linesDone, accepted, refused };
    },

    importBatch: {
      deadlineMs: BATCH_DEADLINE_MS,
      async handle({ loadId, firstLine, rows }, call) {
        if (rows.length < 1 || rows.length > IMPORT_LINES_MAX)
          return refuse('FRM-VALUE', {
            field: 'rows',
            value: `${rows.length}`,
            allowed: `1–${IMPORT_LINES_MAX}`,
          });
        if (idFromText(loadId) === undefined) return refuse('FIL-LOAD');
        const { caller } = call.identity;
        const actor = { name: callerName(caller), pool: poolOf(call), withSecondPerson: true };
        const batch = { loadId, firstLine, lines: rows };
        const answer = await importFilings(
          { ...registry, hasher },
          database,
          batch,
          actor,
          auditActor(caller),
          clock.now(),
        );
        if (!answer.ok) return answer;
        const { accepted, refused, linesDone } = answer;
        return { accepted, refused: refused.map(refusedRow), linesDone };
      },
    },

    async listRefusedRows({ loadId, afterLine, pageSize }, call) {
      if (pageSize < 0 || pageSize > PAGE_MAX) return refuse('FRM-PAGE');
      const load = idFromText(loadId) && (await findLoad(database, loadId, poolOf(call), { lock: false }));
      if (!load) return refuse('FIL-LOAD');
      const limit = pageSize === 0 ? PAGE_MAX : pageSize;
      const lines = await refusedLines(database, loadId, afterLine, load.linesDone, limit + 1);
      return { refused: lines.slice(0, limit).map(refusedRow), more: lines.length > limit };
    },
  });
}

/** Field numbers of ExchangeRequest and ExchangeResponse. */
const STREAM_FIELDS = { openImport: 2, importBatch: 3 } as const;
const STREAM_ERROR_FIELD = 16;

/** The same handlers over one stream. */
export function filingImportStream(service: UnaryService<Authorized>): ExchangeService<Authorized> {
  const { exchange } = FilingImportStreamServiceService;
  return exchangeService(exchange, service, STREAM_FIELDS, STREAM_ERROR_FIELD);
}

function refusedRow({ line, code, values }: RefusedLine): RefusedRow {
  return { line, failure: failureOf({ ok: false, code, values }) };
}
