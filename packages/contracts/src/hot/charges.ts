import type { BillColumns, BillLine } from '@yijie/catalogue';
import { SettleRequest, UploadChargesRequest } from '../generated/yijie/treatment/v1/treatment.ts';
import { LineFields } from './line-fields.ts';
import { ProtoReader } from './proto-reader.ts';

/** Tags of `repeated ChargeLine lines` in the requests that carry charges. */
const UPLOADED_LINES = (3 << 3) | 2;
const SETTLED_LINES = (6 << 3) | 2;

/** A request whose lines were taken out of it: `lines` is always empty. */
export type WithoutLines<Request> = Omit<Request, 'lines'> & { readonly lines: readonly never[] };
/** A request with the fields of its lines that a bill is converted from. */
export type WithBillLines<Request> = Omit<Request, 'lines'> & { readonly lines: readonly BillLine[] };

/** Decodes a request and appends its lines to `columns`: neither objects nor texts are made of them. */
export function decodeUploadCharges(
  bytes: Uint8Array,
  columns: BillColumns,
): WithoutLines<UploadChargesRequest> {
  const rest = readLines(bytes, UPLOADED_LINES, appenderTo(columns));
  return { ...UploadChargesRequest.decode(rest), lines: [] };
}

/** The same for a settlement that brings its charges along. */
export function decodeSettle(bytes: Uint8Array, columns: BillColumns): WithoutLines<SettleRequest> {
  const rest = readLines(bytes, SETTLED_LINES, appenderTo(columns));
  return { ...SettleRequest.decode(rest), lines: [] };
}

/** Decodes a request, of its lines only what a bill is converted from. */
export function decodeUploadChargesLines(bytes: Uint8Array): WithBillLines<UploadChargesRequest> {
  const lines: BillLine[] = [];
  const rest = readLines(bytes, UPLOADED_LINES, (line, buffer) => lines.push(line.toLine(buffer)));
  return { ...UploadChargesRequest.decode(rest), lines };
}

/** The same for a settlement that brings its charges along. */
export function decodeSettleLines(bytes: Uint8Array): WithBillLines<SettleRequest> {
  const lines: BillLine[] = [];
  const rest = readLines(bytes, SETTLED_LINES, (line, buffer) => lines.push(line.toLine(buffer)));
  return { ...SettleRequest.decode(rest), lines };
}

type OnLine = (line: LineFields, bytes: Buffer) => void;

function appenderTo(columns: BillColumns): OnLine {
  return (line, bytes) => line.appendTo(columns, bytes);
}

/** Gives each line to `onLine` and returns the rest of the message: what stands before, between and after the lines. */
function readLines(bytes: Uint8Array, linesTag: number, onLine: OnLine): Uint8Array {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new ProtoReader(buffer);
  const line = new LineFields();
  const rest: Buffer[] = [];
  let restFrom = 0;
  while (reader.position < buffer.length) {
    const from = reader.position;
    const tag = reader.varint();
    if (tag !== linesTag) {
      reader.skip(tag);
      continue;
    }
    if (restFrom < from) rest.push(buffer.subarray(restFrom, from));
    line.read(reader, reader.delimitedEnd());
    onLine(line, buffer);
    restFrom = reader.position;
  }
  reader.finish(buffer.length);
  if (restFrom < buffer.length) rest.push(buffer.subarray(restFrom));
  return rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest);
}
