import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeFailure } from './describe-failure.ts';
import type { ErrorEntry } from './entry.ts';
import { type ErrorCode, errorCatalogue, errorEntry, isErrorCode } from './error-catalogue.ts';
import { refuse } from './refuse.ts';
import { RETIRED_CODES } from './retired-codes.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

/** clearing-and-filing §2.5: the table a patient's counter works by, with its retry column. */
const COUNTER_CODES = [
  'CRD-INVALID CRD-MISMATCH ENR-INACTIVE ENR-MOVED HOME-NOTOPEN',
  'FIL-NONE FIL-PENDING FIL-REGION FIL-EXPIRED FIL-DUP FIL-PROOF FIL-AFTER FIL-REVIEW',
  'ORG-NOTNET ORG-NOTCHOSEN ORG-SUSPENDED CHR-LIST CHR-QUAL CHR-ORG INJ-3P INJ-STMT MAT-CLOSED',
  'CAT-UNMAPPED CAT-DATE STL-SUM STL-DRIFT STL-LIMIT ACC-BALANCE STL-DUP STL-UNKNOWN NET-HOME',
  'REV-CLOSED REV-NOTOWNER',
].flatMap((line) => line.split(' '));

/** Exported tables of every file of the folder, so that no file is left out of the catalogue. */
async function tablesOfTheFolder(): Promise<[file: string, table: Record<string, ErrorEntry>][]> {
  const tables: [string, Record<string, ErrorEntry>][] = [];
  for (const file of readdirSync(new URL('.', import.meta.url))) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file === 'index.ts') continue;
    const module = (await import(`./${file}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (name.endsWith('Errors')) tables.push([file, value as Record<string, ErrorEntry>]);
    }
  }
  return tables;
}

describe('the error catalogue', () => {
  test('holds every code of the counter’s table', () => {
    expect(COUNTER_CODES.filter((code) => !isErrorCode(code))).toEqual([]);
  });

  test('holds the entries of every file once, and a prefix lives in one file', async () => {
    const seen: string[] = [];
    const fileOfPrefix = new Map<string, string>();
    for (const [file, table] of await tablesOfTheFolder()) {
      for (const code of Object.keys(table)) {
        seen.push(code);
        const prefix = code.slice(0, code.indexOf('-'));
        expect([prefix, fileOfPrefix.get(prefix) ?? file]).toEqual([prefix, file]);
        fileOfPrefix.set(prefix, file);
      }
    }
    expect(seen.toSorted()).toEqual(codes.toSorted());
  });

  test('gives out no retired code', () => {
    expect(Object.keys(RETIRED_CODES).filter(isErrorCode)).toEqual([]);
  });

  test.each(codes)('%s has a well-formed code and entry', (code) => {
    expect(code).toMatch(/^[A-Z]{3,4}-[A-Z0-9]+(-[A-Z]+)?$/);
    const entry = errorEntry(code);
    expect(entry.grpc === 'OK').toBe(code === 'ACC-BALANCE' || code === 'STL-LIMIT');
    if (entry.actor === 'nobody') expect(entry.retry).not.toBe('after-fix');
    if (entry.retry === 'after-fix' || entry.retry === 'new-quote') expect(entry.actor).not.toBe('nobody');
  });

  test.each(codes)('%s keeps every value in a part that may be left out', (code) => {
    const { zh, en, remedyZh, remedyEn } = errorEntry(code);
    for (const template of [zh, en, remedyZh, remedyEn]) {
      expect(template.replace(/\[[^[\]]*\{\w+\}[^[\]]*\]/g, '')).not.toMatch(/[[\]{}]/);
    }
    const names = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).toSorted();
    expect(names(en)).toEqual(names(zh));
  });

  test.each(codes)('%s reads as whole sentences in both languages without any value', (code) => {
    const text = describeFailure(code);
    for (const zh of [text.messageZh, text.remedyZh]) {
      expect(zh).toMatch(/^[\p{Script=Han}“《A-Z0-9][^[\]{}]*。$/u);
      expect(zh).not.toMatch(/[,;:?!]|\.$/);
    }
    for (const en of [text.messageEn, text.remedyEn]) {
      expect(en).toMatch(/^[A-Z][\x20-\x7E×]*\.$/);
      expect(en).not.toMatch(/ {2}| [.,;]/);
    }
  });
});

describe('describeFailure', () => {
  test('fills in values, and shows fen as yuan and code words as words', () => {
    const text = describeFailure('STL-SUM', { statedFen: '312472', countedFen: '312470' });
    expect(text.messageZh).toBe('费用合计不一致：医院申报 3,124.72 元，按明细为 3,124.70 元。');
    expect(text.messageEn).toBe(
      'The totals do not add up: the hospital states 3,124.72 yuan, the lines give 3,124.70 yuan.',
    );
    expect(describeFailure('ENR-INACTIVE', { enrolment: 'ARREARS' }).messageZh).toContain('当前状态：欠费');
  });

  test('says which filing is held, through which channel, until when', () => {
    const values = { filingId: 'F1', channel: 'NHSA_APP', lastDay: 'open-ended' };
    expect(describeFailure('FIL-DUP', values).messageZh).toBe(
      '已有覆盖该就医地的备案，不需要重复办理：备案号 F1，办理渠道 国家医保服务平台APP，有效期至 长期。',
    );
  });

  test('names the lines, and counts them past twenty', () => {
    const few = describeFailure('CAT-AMOUNT', {}, { lineNumbers: [3, 7] });
    expect(few.messageZh).toBe('第 3、7 行：数量乘以单价不等于金额（四舍五入到分）。');
    expect(few.messageEn).toMatch(/^Line 3, 7: quantity × price/);
    const many = describeFailure(
      'CAT-AMOUNT',
      {},
      { lineNumbers: Array.from({ length: 25 }, (_, i) => i + 1) },
    );
    expect(many.messageEn).toContain('19, 20 and 5 more: ');
    expect(many.messageZh).toContain('19、20 等共 25 行');
  });

  test('inserts a value as it is, even one that looks like a template', () => {
    const text = describeFailure('FRM-VALUE', { field: 'kind', value: '[{field}] $& $1' });
    expect(text.messageEn).toBe("A value isn't allowed: kind = [{field}] $& $1.");
  });

  test('leaves out a part whose value is empty or inherited', () => {
    expect(describeFailure('STL-DUP', { settlementId: '' }).messageEn).toBe('This visit is settled already.');
    expect(describeFailure('FRM-REQUIRED', Object.create({ field: 'x' })).messageEn).toBe(
      'Something required is missing.',
    );
  });

  test('keeps a code that is not ours and says so', () => {
    const text = describeFailure('XYZ-NEW', {});
    expect(text).toMatchObject({ code: 'XYZ-NEW', actor: 'operations', sameKeyMayRetry: false });
    expect(text.messageEn).toContain('(XYZ-NEW)');
    expect(describeFailure('toString').messageEn).toContain('(toString)');
  });

  test('says whether the same key may be sent again', () => {
    expect(describeFailure('OUT-FULL').sameKeyMayRetry).toBe(true);
    expect(describeFailure('FIL-NONE').sameKeyMayRetry).toBe(false);
  });
});

describe('refuse', () => {
  test('gives a typed refusal, with line numbers only when lines are meant', () => {
    expect(refuse('STL-NOTFOUND')).toEqual({ ok: false, code: 'STL-NOTFOUND', values: {} });
    expect(refuse('CAT-DATE', { firstDay: '2025-02-05' }, [4])).toEqual({
      ok: false,
      code: 'CAT-DATE',
      values: { firstDay: '2025-02-05' },
      lineNumbers: [4],
    });
  });
});
