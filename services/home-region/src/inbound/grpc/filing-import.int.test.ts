import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PersonClass, Scheme } from '@yijie/contracts/common';
import type { ExchangeResponse, ImportRow } from '@yijie/contracts/home';
import { failureFromError } from '@yijie/runtime';
import { connect } from '../../../test/home-fixture.ts';
import {
  AGENCY,
  CLERK,
  call,
  OTHER_AGENCY,
  REVIEWER,
  type RunningHome,
  startRunningHome,
} from '../../../test/running-home.ts';

const PEOPLE = 300;
let home: RunningHome;
let tokens: readonly string[];

beforeAll(async () => {
  home = await startRunningHome();
  const enrolment = await home.enrolment(AGENCY);
  const members = Array.from({ length: PEOPLE }, (_, index) => ({
    certificateNumber: certificateNumber(index),
    name: '测试',
    gender: '1',
    birthDate: 19800101,
    homePool: '430100',
    scheme: Scheme.EMPLOYEE,
    personClass: PersonClass.ACTIVE,
    insuredStatus: index === 0 ? 'STOPPED' : 'ACTIVE',
    insuredFrom: 20000101,
    contributionYears: 20,
    groups: [],
    accountBalanceFen: 0,
    familyAccountBalanceFen: 0,
    credentialToken: '',
  }));
  const put = { idempotencyKey: 'import-people', members };
  const answer = await call(enrolment, enrolment.putMembers, put, await home.asPersons(CLERK));
  tokens = answer.personTokens;
}, 60_000);
afterAll(() => home?.stop());

const two = () => home.asPersons(CLERK, REVIEWER);
const hash = (name: string) => createHash('sha256').update(name).digest();

async function open(name: string) {
  const imports = await home.imports(AGENCY);
  return call(imports, imports.openImport, { fileHash: hash(name), source: 'local-platform' }, await two());
}

async function load(loadId: string, firstLine: number, rows: ImportRow[]) {
  const imports = await home.imports(AGENCY);
  return call(imports, imports.importBatch, { loadId, firstLine, rows }, await two());
}

const codeOf = (error: unknown) => failureFromError(error as never)?.code;

describe('a load of filings', () => {
  test('good lines are stored and bad ones listed with number and reason; the load knows how far it is', async () => {
    const { loadId } = await open('mixed');
    const wrong: [Partial<ImportRow>, string][] = [
      [{ certificateNumber: '000000198001010018' }, 'FRM-CERTIFICATE'],
      [{ certificateNumber: certificateNumber(9_999) }, 'FIL-NOPERSON'],
      [{ type: 'LT_STUDENT' }, 'FRM-VALUE'],
      [{ channel: 'FAX' }, 'FRM-VALUE'],
      [{ validFrom: '2025-02-30' }, 'FRM-DATE'],
      [{ lastDay: '2025-13-01' }, 'FRM-DATE'],
      [{ appliedOn: 'yesterday' }, 'FRM-DATE'],
      [{ targetRegion: '448800' }, 'FRM-REGION'],
      [{ targetRegion: '440000' }, 'FIL-TARGET'],
      [{ targetRegion: '430100' }, 'FIL-TARGET'],
      [{ validFrom: '2026-05-01', lastDay: '2026-04-30' }, 'FIL-DATES'],
      [{ type: 'TM_EMERGENCY' }, 'FIL-DEEMED'],
      [{ byCommitment: true }, 'FIL-NOCOMMIT'],
      [{ certificateNumber: certificateNumber(0) }, 'ENR-INACTIVE'],
      // The same person again, in the same batch.
      [{ certificateNumber: certificateNumber(1) }, 'FIL-DUP'],
    ];
    const rows = [
      ...Array.from({ length: 100 }, (_, index) => row({ certificateNumber: certificateNumber(index + 1) })),
      ...wrong.map(([change]) => row({ certificateNumber: certificateNumber(200), ...change })),
      row({ certificateNumber: '', personToken: tokens[150] ?? '' }),
    ];
    const answer = await load(loadId, 1, rows);
    expect(answer).toMatchObject({ accepted: 101, linesDone: rows.length });
    expect(answer.refused.map(({ line, failure }) => [line, failure?.code])).toEqual(
      wrong.map(([, code], index) => [101 + index, code]),
    );
    expect(JSON.stringify(answer)).not.toContain('19800101');
    // Sent again, because the answer was lost: the same answer, and nothing twice.
    expect(await load(loadId, 1, rows)).toEqual(answer);
    const imports = await home.imports(AGENCY);
    const listed = await call(
      imports,
      imports.listRefusedRows,
      { loadId, afterLine: 110, pageSize: 3 },
      await two(),
    );
    expect(listed).toMatchObject({ more: true, refused: [{ line: 111 }, { line: 112 }, { line: 113 }] });
    expect(await open('mixed')).toEqual({
      loadId,
      linesDone: rows.length,
      accepted: 101,
      refused: wrong.length,
    });

    const filings = await home.filings(AGENCY);
    const { filings: held } = await call(
      filings,
      filings.listFilings,
      { personToken: tokens[1] ?? '' },
      await home.asPersons(CLERK),
    );
    expect(held).toMatchObject([{ state: 'EFFECTIVE', channel: 'PROV_ONLINE', type: 6, validUntil: 0 }]);
  });

  test('goes on where it broke off; a gap is refused, and two that run at once store each line once', async () => {
    const { loadId } = await open('resumed');
    const rows = Array.from({ length: 40 }, (_, index) =>
      row({ certificateNumber: certificateNumber(201 + index), targetRegion: '310000' }),
    );
    await load(loadId, 1, rows.slice(0, 20));
    const gap = await load(loadId, 31, rows.slice(30)).catch(codeOf);
    expect(gap).toBe('FIL-LOAD');
    expect(await open('resumed')).toMatchObject({ loadId, linesDone: 20 });
    const both = await Promise.all([load(loadId, 21, rows.slice(20)), load(loadId, 21, rows.slice(20))]);
    expect(both[0]).toEqual(both[1]);
    const database = connect(home.databaseUrl);
    const { rows: stored } = await database.query<{ filings: number; audited: number }>(
      `SELECT (SELECT count(*)::int FROM filing WHERE target_region = '310000' AND event = 'import') AS filings,
              (SELECT count(*)::int FROM audit_entry WHERE object LIKE $1) AS audited`,
      [`filing-load:${loadId}/%`],
    );
    await database.close();
    expect(stored).toEqual([{ filings: 40, audited: 2 }]);
  });

  test('takes two persons of the agency that opened it', async () => {
    const { loadId } = await open('guarded');
    const imports = await home.imports(AGENCY);
    const alone = await call(
      imports,
      imports.importBatch,
      { loadId, firstLine: 1, rows: [row({})] },
      await home.asPersons(CLERK),
    ).catch(codeOf);
    expect(alone).toBe('AUT-SECOND');
    const others = await home.imports(OTHER_AGENCY);
    const pool = '430200';
    const foreign = await call(
      others,
      others.importBatch,
      { loadId, firstLine: 1, rows: [row({})] },
      await home.asPersons({ ...CLERK, pool }, { ...REVIEWER, pool }),
    ).catch(codeOf);
    expect(foreign).toBe('FIL-LOAD');
    const none = await load(loadId, 1, []).catch(codeOf);
    expect(none).toBe('FRM-VALUE');
  });

  test('runs over the stream as well', async () => {
    const client = await home.importStream(AGENCY);
    const stream = client.exchange(await two());
    const answers: ExchangeResponse[] = [];
    const answered = new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('end', resolve);
      stream.on('data', (answer: ExchangeResponse) => {
        answers.push(answer);
        const opened = answer.answer;
        if (opened?.$case === 'openImport') {
          const { loadId } = opened.openImport;
          const rows = [row({ certificateNumber: certificateNumber(260), targetRegion: '320100' })];
          const importBatch = { loadId, firstLine: 1, rows };
          stream.write({ correlation: 2, call: { $case: 'importBatch', importBatch } });
        } else stream.end();
      });
    });
    const openImport = { fileHash: hash('stream'), source: 'local-platform' };
    stream.write({ correlation: 1, call: { $case: 'openImport', openImport } });
    await answered;
    expect(answers).toMatchObject([
      { correlation: 1, answer: { openImport: { linesDone: 0 } } },
      { correlation: 2, answer: { importBatch: { accepted: 1, refused: [], linesDone: 1 } } },
    ]);
  });
});

function row(change: Partial<ImportRow>): ImportRow {
  return {
    certificateNumber: certificateNumber(1),
    personToken: '',
    type: 'TM_OTHER',
    targetRegion: '440100',
    validFrom: '2026-01-01',
    lastDay: '',
    channel: 'PROV_ONLINE',
    byCommitment: false,
    proofPending: false,
    appliedOn: '2025-12-20',
    ...change,
  };
}

/** An invented number: no region has the code 000000. */
function certificateNumber(index: number): string {
  const body = `00000019800101${(index % 1_000).toString().padStart(3, '0')}`.replace(
    '1980',
    `${1980 + Math.floor(index / 1_000)}`,
  );
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}
