import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '@grpc/grpc-js';
import type {
  FilingImportServiceClient,
  ImportBatchRequest,
  ImportBatchResponse,
  ImportRow,
  ListRefusedRowsRequest,
  ListRefusedRowsResponse,
  OpenImportRequest,
  OpenImportResponse,
  RefusedRow,
} from '@yijie/contracts/home';
import { CallFailed, unary } from '../client/unary.ts';
import { fileHash, filingRows } from './filing-rows.ts';

export interface LoadOptions {
  readonly client: FilingImportServiceClient;
  /** Made anew now and then: tokens live for minutes, a load may take longer. */
  readonly tokens: () => Promise<Metadata>;
  readonly file: string;
  readonly source: string;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  readonly lines: number;
  readonly accepted: number;
  readonly refused: number;
  /** Lines that a former run had done. */
  readonly resumedAt: number;
}

/** Small enough that a service which takes one goes on settling beside it. */
const BATCH = 2_000;
const UNDER_WAY_MAX = 2;
const DEADLINE_MS = 30_000;
/** Tokens live five minutes; new ones come well before. */
const TOKENS_EVERY = 100;

/** Loads a file from where its load stands; resolves when its last line is stored or refused. */
export async function loadFilings({
  client,
  tokens,
  file,
  source,
  onProgress,
}: LoadOptions): Promise<LoadProgress & { readonly loadId: string }> {
  let metadata = await tokens();
  const open = await unary<OpenImportRequest, OpenImportResponse>(
    client,
    client.openImport,
    { fileHash: await fileHash(file), source },
    { deadlineMs: DEADLINE_MS, metadata, rpc: 'OpenImport' },
  );
  const { loadId, linesDone: resumedAt } = open;
  let progress = { lines: resumedAt, accepted: open.accepted, refused: open.refused, resumedAt };
  onProgress(progress);

  const importBatch = (request: ImportBatchRequest) =>
    unary<ImportBatchRequest, ImportBatchResponse>(client, client.importBatch, request, {
      deadlineMs: DEADLINE_MS,
      metadata,
      rpc: 'ImportBatch',
    });
  const sendAgain = async (error: unknown, request: ImportBatchRequest): Promise<ImportBatchResponse> => {
    const failure = error instanceof CallFailed ? error.failure : undefined;
    // One that overtook the batch before it is told so, and is in its turn now; one that came too soon, when to come.
    if (failure?.code !== 'FIL-LOAD' && failure?.code !== 'LIM-RATE') throw error;
    await sleep(Number(failure.values.retryAfterMs ?? 0));
    return importBatch(request).catch((again: unknown) => {
      if (failure.code === 'FIL-LOAD') throw again;
      return sendAgain(again, request);
    });
  };
  /** Sent, not answered yet, in the order of lines: the next one is read while this one is stored. */
  const underWay: { readonly request: ImportBatchRequest; readonly answer: Promise<ImportBatchResponse> }[] =
    [];
  const settleOldest = async () => {
    const oldest = underWay.shift();
    if (oldest === undefined) return;
    const answer = await oldest.answer.catch((error: unknown) => sendAgain(error, oldest.request));
    progress = {
      lines: oldest.request.firstLine + oldest.request.rows.length - 1,
      accepted: progress.accepted + answer.accepted,
      refused: progress.refused + answer.refused.length,
      resumedAt,
    };
    onProgress(progress);
  };

  let rows: ImportRow[] = [];
  let firstLine = resumedAt + 1;
  let batches = 0;
  const send = async () => {
    const request = { loadId, firstLine, rows };
    const answer = importBatch(request);
    // Looked at in its turn; until then a failure must not end the process.
    answer.catch(() => {});
    underWay.push({ request, answer });
    firstLine += rows.length;
    rows = [];
    batches += 1;
    if (batches % TOKENS_EVERY === 0) metadata = await tokens();
    if (underWay.length > UNDER_WAY_MAX) await settleOldest();
  };
  for await (const { line, row } of filingRows(file)) {
    if (line <= resumedAt) continue;
    rows.push(row);
    if (rows.length === BATCH) await send();
  }
  if (rows.length > 0) await send();
  while (underWay.length > 0) await settleOldest();
  return { ...progress, loadId };
}

/** Every refused line of a load, those of former runs included. */
export async function* refusedRows(
  { client, tokens }: Pick<LoadOptions, 'client' | 'tokens'>,
  loadId: string,
): AsyncGenerator<RefusedRow> {
  let afterLine = 0;
  for (;;) {
    const page = await unary<ListRefusedRowsRequest, ListRefusedRowsResponse>(
      client,
      client.listRefusedRows,
      { loadId, afterLine, pageSize: 0 },
      { deadlineMs: DEADLINE_MS, metadata: await tokens(), rpc: 'ListRefusedRows' },
    );
    yield* page.refused;
    const last = page.refused[page.refused.length - 1];
    if (!page.more || last === undefined) return;
    afterLine = last.line;
  }
}
