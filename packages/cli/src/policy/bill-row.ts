import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import {
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  type Scheme,
  VISIT_KINDS,
} from '@yijie/codes';
import type { Fen, Shares } from '@yijie/money';
import type { PastSettlement } from '@yijie/policy';
import type { Line } from './bill-lines.ts';

/** The columns of a file of past settlements, in order; amounts in fen, lists joined by `|`. */
export const BILL_COLUMNS = [
  'person',
  'settlementDate',
  'admissionDate',
  'dischargeDate',
  'visitKind',
  'personClass',
  'ageYears',
  'insuredYears',
  'groups',
  'diseaseCode',
  'hospitalLevel',
  'hospitalKind',
  'ratioClass',
  'treatmentPool',
  'totalFen',
  'selfPaidFen',
  'overLimitFen',
  'prepaySelfFen',
  'poolFundFen',
  'largeAmountFen',
  'seriousIllnessFen',
  'civilServantFen',
  'enterpriseSupplementFen',
  'medicalAidFen',
  'otherFundFen',
  'ownAccountFen',
  'familyAccountFen',
  'personalCashFen',
  'hospitalPartFen',
] as const;

const COMMA = 0x2c;
const NO_GROUPS: readonly string[] = [];

export class BillRowError extends Error {
  override readonly name = 'BillRowError';
}

/** Turns lines into settlements. Strings that repeat are made once, which also lets the engine compare by identity. */
export class BillRowReader {
  readonly #scheme: Scheme;
  readonly #starts = new Int32Array(BILL_COLUMNS.length + 1);
  readonly #visits = new Interned(oneOf('visitKind', VISIT_KINDS));
  readonly #persons = new Interned(oneOf('personClass', PERSON_CLASSES));
  readonly #levels = new Interned(oneOf('hospitalLevel', HOSPITAL_LEVELS));
  readonly #kinds = new Interned(oneOf('hospitalKind', HOSPITAL_KINDS));
  readonly #classes = new Interned(oneOf('ratioClass', RATIO_CLASSES));
  readonly #days = new Interned(dayOrNone);
  readonly #lists = new Interned((text) => (text === '' ? NO_GROUPS : text.split('|')));
  readonly #codes = new Interned((text) => text);
  #person = '';
  #personBytes = Buffer.alloc(0);

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  read(line: Line): PastSettlement {
    this.#split(line);
    const shares: Shares = {
      poolFundFen: this.#fen(line, 18),
      largeAmountFen: this.#fen(line, 19),
      seriousIllnessFen: this.#fen(line, 20),
      civilServantFen: this.#fen(line, 21),
      enterpriseSupplementFen: this.#fen(line, 22),
      medicalAidFen: this.#fen(line, 23),
      otherFundFen: this.#fen(line, 24),
      ownAccountFen: this.#fen(line, 25),
      familyAccountFen: this.#fen(line, 26),
      personalCashFen: this.#fen(line, 27),
      hospitalPartFen: this.#fen(line, 28),
    };
    const totalFen = this.#fen(line, 14);
    const selfPaidFen = this.#fen(line, 15);
    const overLimitFen = this.#fen(line, 16);
    const prepaySelfFen = this.#fen(line, 17);
    const inScopeFen = (totalFen - selfPaidFen - overLimitFen - prepaySelfFen) as Fen;
    if (inScopeFen < 0) throw new BillRowError('totalFen is less than its parts');
    const disease = this.#interned(line, 9, this.#codes);
    return {
      person: this.#readPerson(line),
      facts: {
        scheme: this.#scheme,
        personClass: this.#interned(line, 5, this.#persons),
        ageYears: this.#fen(line, 6),
        insuredYears: this.#fen(line, 7),
        groups: this.#interned(line, 8, this.#lists),
        visitKind: this.#interned(line, 4, this.#visits),
        diseaseCode: disease === '' ? undefined : disease,
        hospitalLevel: this.#interned(line, 10, this.#levels),
        hospitalKind: this.#interned(line, 11, this.#kinds),
        ratioClass: this.#interned(line, 12, this.#classes),
        admissionDate: this.#day(line, 2),
        dischargeDate: this.#interned(line, 3, this.#days),
        settlementDate: this.#day(line, 1),
        treatmentPool: this.#interned(line, 13, this.#codes),
      },
      groups: [{ group: '', totalFen, selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen }],
      // What the account held isn't in the file: it can pay as much as it paid then.
      account: {
        ownAccountFen: shares.ownAccountFen,
        familyAccountFen: shares.familyAccountFen,
        useAccount: shares.ownAccountFen + shares.familyAccountFen > 0,
      },
      shares,
    };
  }

  #split({ bytes, start, end }: Line): void {
    const starts = this.#starts;
    starts[0] = start;
    let column = 1;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== COMMA) continue;
      if (column >= BILL_COLUMNS.length) throw new BillRowError(`more than ${BILL_COLUMNS.length} columns`);
      starts[column] = at + 1;
      column++;
    }
    if (column !== BILL_COLUMNS.length)
      throw new BillRowError(`${column} columns instead of ${BILL_COLUMNS.length}`);
    starts[column] = end + 1;
  }

  #interned<T>({ bytes }: Line, column: number, values: Interned<T>): T {
    return values.read(bytes, this.#starts[column] as number, (this.#starts[column + 1] as number) - 1);
  }

  #day(line: Line, column: number): LocalDate {
    const day = this.#interned(line, column, this.#days);
    if (day === undefined) throw new BillRowError(`${BILL_COLUMNS[column]} is no day`);
    return day;
  }

  /** Rows of one person follow each other: the token is made once for all of them. */
  #readPerson({ bytes }: Line): string {
    const start = this.#starts[0] as number;
    const end = (this.#starts[1] as number) - 1;
    if (end - start !== this.#personBytes.length || !sameBytes(bytes, start, this.#personBytes)) {
      this.#personBytes = Buffer.from(bytes.subarray(start, end));
      this.#person = this.#personBytes.toString('latin1');
    }
    return this.#person;
  }

  #fen({ bytes }: Line, column: number): Fen {
    const start = this.#starts[column] as number;
    const end = (this.#starts[column + 1] as number) - 1;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) throw new BillRowError(`${BILL_COLUMNS[column]} is no whole number`);
      value = value * 10 + digit;
    }
    if (start === end || end - start > 11)
      throw new BillRowError(`${BILL_COLUMNS[column]} is no whole number`);
    return value as Fen;
  }
}

/** Values that few texts stand for, found by the bytes themselves, without making a string each time. */
class Interned<T> {
  readonly #parse: (text: string) => T;
  readonly #entries = new Map<number, { readonly bytes: Buffer; readonly value: T }>();

  constructor(parse: (text: string) => T) {
    this.#parse = parse;
  }

  read(bytes: Buffer, start: number, end: number): T {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const entry = this.#entries.get(hash);
    if (entry !== undefined && entry.bytes.length === end - start && sameBytes(bytes, start, entry.bytes))
      return entry.value;
    const own = Buffer.from(bytes.subarray(start, end));
    const value = this.#parse(own.toString('latin1'));
    // Of two texts with one hash the first is kept; the other is parsed each time.
    if (entry === undefined && this.#entries.size < ENTRIES_MAX)
      this.#entries.set(hash, { bytes: own, value });
    return value;
  }
}

/** Far more than there are days, pools and diseases; keeps a hostile file from filling the memory. */
const ENTRIES_MAX = 20_000;

function sameBytes(bytes: Buffer, start: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index++)
    if (bytes[start + index] !== expected[index]) return false;
  return true;
}

function oneOf<T extends string>(name: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new BillRowError(`${name} is none of ${words.join(', ')}`);
    return word;
  };
}

function dayOrNone(text: string): LocalDate | undefined {
  if (text === '') return undefined;
  const day = parseLocalDate(text);
  if (day === undefined) throw new BillRowError(`${text} is no day`);
  return day;
}
