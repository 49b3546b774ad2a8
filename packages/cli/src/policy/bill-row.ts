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
  readonly #visits = known(VISIT_KINDS);
  readonly #persons = known(PERSON_CLASSES);
  readonly #levels = known(HOSPITAL_LEVELS);
  readonly #kinds = known(HOSPITAL_KINDS);
  readonly #classes = known(RATIO_CLASSES);
  readonly #days = new Map<string, LocalDate>();
  readonly #lists = new Map<string, readonly string[]>([['', NO_GROUPS]]);

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
    const discharge = this.#text(line, 3);
    const disease = this.#text(line, 9);
    return {
      person: this.#text(line, 0),
      facts: {
        scheme: this.#scheme,
        personClass: this.#word(line, 5, this.#persons),
        ageYears: this.#fen(line, 6),
        insuredYears: this.#fen(line, 7),
        groups: this.#list(line, 8),
        visitKind: this.#word(line, 4, this.#visits),
        diseaseCode: disease === '' ? undefined : disease,
        hospitalLevel: this.#word(line, 10, this.#levels),
        hospitalKind: this.#word(line, 11, this.#kinds),
        ratioClass: this.#word(line, 12, this.#classes),
        admissionDate: this.#day(line, 2),
        dischargeDate: discharge === '' ? undefined : this.#day(line, 3),
        settlementDate: this.#day(line, 1),
        treatmentPool: this.#text(line, 13),
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

  #text({ bytes }: Line, column: number): string {
    return bytes.toString('latin1', this.#starts[column] as number, (this.#starts[column + 1] as number) - 1);
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

  #word<T>(line: Line, column: number, words: ReadonlyMap<string, T>): T {
    const word = words.get(this.#text(line, column));
    if (word === undefined)
      throw new BillRowError(`${BILL_COLUMNS[column]} is none of ${[...words.keys()].join(', ')}`);
    return word;
  }

  #day(line: Line, column: number): LocalDate {
    const text = this.#text(line, column);
    const seen = this.#days.get(text);
    if (seen !== undefined) return seen;
    const day = parseLocalDate(text);
    if (day === undefined) throw new BillRowError(`${BILL_COLUMNS[column]} is no day`);
    this.#days.set(text, day);
    return day;
  }

  #list(line: Line, column: number): readonly string[] {
    const text = this.#text(line, column);
    const seen = this.#lists.get(text);
    if (seen !== undefined) return seen;
    const list = text.split('|');
    this.#lists.set(text, list);
    return list;
  }
}

function known<T extends string>(words: readonly T[]): ReadonlyMap<string, T> {
  return new Map(words.map((word) => [word, word]));
}
