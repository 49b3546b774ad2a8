import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, parseYuan } from '@yijie/money';

/** One outgoing transfer of a bank statement, as its file says. */
export interface StatementLine {
  /** In the file, the heading is 1. */
  readonly line: number;
  readonly bankSerial: string;
  readonly tradeDate: LocalDate;
  readonly amountFen: Fen;
  /** A party's code where the bank knows it, else empty. */
  readonly counterparty: string;
  readonly remark: string;
}

const COLUMNS = ['bank_serial', 'trade_date', 'amount', 'counterparty', 'remark'] as const;
/** A statement of a busy month is some thousand lines. */
const LINES_MAX = 20_000;

/**
 * Reads a bank statement: CSV (RFC 4180) in UTF-8 with a heading that names the columns in any order; days as YYYY-MM-DD, amounts
 * in yuan. The first field that can't be read refuses the file, before anything of it is booked.
 */
export function readStatement(
  csv: Uint8Array,
): { readonly ok: true; readonly lines: readonly StatementLine[] } | Refusal {
  const records = recordsOf(new TextDecoder('utf-8').decode(csv).replace(/^\uFEFF/, ''));
  if (records === undefined) return refuse('CLR-BANK-FILE', { line: '1', column: '"' });
  const [heading, ...rest] = records;
  const at = COLUMNS.map((name) => heading?.findIndex((cell) => cell.trim() === name) ?? -1);
  const missing = at.indexOf(-1);
  if (missing >= 0) return refuse('CLR-BANK-FILE', { line: '1', column: COLUMNS[missing] ?? '' });
  if (rest.length > LINES_MAX) return refuse('CLR-BANK-FILE', { line: `${LINES_MAX + 2}`, column: '-' });
  const lines: StatementLine[] = [];
  for (const [index, cells] of rest.entries()) {
    const line = index + 2;
    const [bankSerial = '', day = '', amount = '', counterparty = '', remark = ''] = at.map((column) =>
      (cells[column] ?? '').trim(),
    );
    const tradeDate = parseLocalDate(day);
    const amountFen = parseYuan(amount);
    if (bankSerial === '' || bankSerial.length > 64) return wrong(line, 'bank_serial');
    if (tradeDate === undefined) return wrong(line, 'trade_date');
    if (amountFen === undefined || amountFen <= 0) return wrong(line, 'amount');
    if (remark.length > 500) return wrong(line, 'remark');
    lines.push({ line, bankSerial, tradeDate, amountFen, counterparty, remark });
  }
  return { ok: true, lines };
}

function wrong(line: number, column: string): Refusal {
  return refuse('CLR-BANK-FILE', { line: `${line}`, column });
}

/** Records of CSV text; a quoted field may hold commas, line breaks and doubled quotes. Undefined: a quote isn't closed. */
function recordsOf(text: string): string[][] | undefined {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRecord = () => {
    record.push(field);
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
    field = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"' && field === '') isQuoted = true;
    else if (letter === ',') {
      record.push(field);
      field = '';
    } else if (letter === '\n') endRecord();
    else if (letter !== '\r') field += letter;
  }
  if (isQuoted) return undefined;
  endRecord();
  return records;
}
