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
import { unary } from '../client/unary.ts';
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
const BATCH = 1_000;
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

  let rows: ImportRow[] = [];
  let batches = 0;
  const send = async () => {
    const firstLine = progress.lines + 1;
    const answer = await unary<ImportBatchRequest, ImportBatchResponse>(
      client,
      client.importBatch,
      { loadId, firstLine, rows },
      { deadlineMs: DEADLINE_MS, metadata, rpc: 'ImportBatch' },
    );
    progress = {
      lines: answer.linesDone,
      accepted: progress.accepted + answer.accepted,
      refused: progress.refused + answer.refused.length,
      resumedAt,
    };
    rows = [];
    batches += 1;
    if (batches % TOKENS_EVERY === 0) metadata = await tokens();
    onProgress(progress);
  };
  for await (const { line, row } of filingRows(file)) {
    if (line <= resumedAt) continue;
    rows.push(row);
    if (rows.length === BATCH) await send();
  }
  if (rows.length > 0) await send();
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
