import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Scheme, VisitKind } from '@yijie/contracts/common';
import { HospitalClearingServiceClient } from '@yijie/contracts/matching';
import { fen, NO_SHARES } from '@yijie/money';
import { type Identity, NATIONAL_POOL } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { type Printed, yijieClearing } from '../test/command-line.ts';
import { type Content, FactMaker, HOSPITAL } from '../test/facts.ts';
import { call, PROVINCES, type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';

const HOSPITAL_ID: Identity = { kind: 'institution', institutionCode: HOSPITAL };
/** Known, in a run, matched. */
const MATCHED = [/^220000 +110000 +2 +0 +2 /m, /^440000 +110000 +1 +0 +1 /m];
const BANK = ['--bank', '示例银行', '--date', '2026-05-20'];
const AGENCIES = [NATIONAL_POOL, ...PROVINCES];

let clearing: RunningClearing;
/** S1 to S4 of the worked example (clearing-and-filing §4.13), without the deduction. */
let rows: readonly Content[];

beforeAll(async () => {
  const agencies = AGENCIES.map((pool): Identity => ({ kind: 'agency', pool }));
  clearing = await startRunningClearing([HOSPITAL_ID, ...agencies], PROVINCES);
  const facts = new FactMaker(clearing.bus, clearing.topicPrefix, clearing.keysOf);
  rows = [
    facts.settlement({
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(3_000_000),
        largeAmountFen: fen(400_000),
        personalCashFen: fen(1_600_000),
      },
    }),
    facts.settlement({
      homePool: '220200',
      scheme: Scheme.RESIDENT,
      totalFen: 2_800_000,
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(1_400_000),
        seriousIllnessFen: fen(120_000),
        medicalAidFen: fen(80_000),
        personalCashFen: fen(1_200_000),
      },
    }),
    facts.settlement({
      homePool: '440100',
      visitKind: VisitKind.CHRONIC,
      totalFen: 300_000,
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(210_000),
        civilServantFen: fen(30_000),
        ownAccountFen: fen(40_000),
        personalCashFen: fen(20_000),
      },
    }),
  ];
  await facts.publishBoth(...rows);
}, 60_000);
afterAll(() => clearing?.stop());

const idOf = ({ settlementId }: Content) => settlementId.toString('hex');

/** As somebody at an agency's desk, for the run of March 2026. */
function desk(person: string, ...words: readonly string[]): Promise<Printed> {
  const at = ['--at', clearing.service().grpcAddress, '--keys', clearing.keyFolder];
  return yijieClearing(...words, ...at, '--person', person, '--period', '202603');
}

describe('match', () => {
  test('the report shows what waits, by pair of provinces', async () => {
    const report = await waitFor(
      async () => {
        const printed = await desk('li', 'match');
        return MATCHED.every((line) => line.test(printed.out)) && printed;
      },
      { what: 'both facts of every settlement' },
    );
    expect(report.out).toMatch(/^参保省 +就医省 +已知/);
  });

  test('the list says why a settlement is in no run, in either language', async () => {
    const zh = await desk('li', 'match', 'list');
    expect(zh.out).toContain('医院未确认');
    expect(zh.out).toContain('50,000.00');
    const en = await desk('li', 'match', 'list', '--language', 'en');
    expect(en.out).toContain('not confirmed by the hospital');
  });

  test('show prints both facts of one', async () => {
    const [first] = rows;
    const printed = await desk('li', 'match', 'show', first ? idOf(first) : '');
    expect(printed.out).toContain('就医方  2026-03-10 12:00  50,000.00  220100 → 110000');
    expect(printed.out).toContain('参保方');
  });

  test('a decision that takes two persons is refused to one, with its code and remedy', async () => {
    const [first] = rows;
    const words = ['match', 'accept', first ? idOf(first) : '', '--side', 'home', '--reason', 'test'];
    const printed = await desk('li', ...words);
    expect(printed).toMatchObject({ status: 1, out: '' });
    expect(printed.err).toMatch(/^AUT-SECOND {2}此操作须由两名/);
  });

  test('after the hospital confirms, everything is in its runs', async () => {
    const hospital = await clearing.client(HospitalClearingServiceClient, HOSPITAL_ID);
    const settlementIds = rows.map(idOf);
    await call(hospital, hospital.confirmRows, { idempotencyKey: 'all', settlementIds });
    const printed = await desk('li', 'match', 'list');
    expect(printed.out).toBe('没有异常结算。');
  });
});

const at = (province: string) => ['--as', `agency/${province}`];

describe('the run of March', () => {
  test('is cut once a dry run has said what it would take', async () => {
    expect(await desk('li', 'cut', '--dry-run')).toMatchObject({
      out: 'CN 202603 期将截止：纳入结算 3 笔，结转 0 笔。',
      status: 0,
    });
    expect((await desk('li', 'cut')).out).toBe('CN 202603 期已截止：纳入结算 3 笔，结转 0 笔。');
    expect((await desk('li', 'status', '--language', 'en')).out).toMatch(
      /CN +202603 +cut .* clearing generate/,
    );
  });

  test('is generated, and reproduced exactly', async () => {
    expect((await desk('li', 'generate', '--dry-run')).out).toContain('3 笔，清算金额 52,800.00 元');
    const made = await desk('li', 'generate');
    expect(made.out).toContain('第 1 版已生成');
    expect(await desk('li', 'check')).toMatchObject({
      out: expect.stringContaining('第 1 版重算一致'),
      status: 0,
    });
  });

  test('says what the other netting modes would move', async () => {
    const { out } = await desk('li', 'netting');
    expect(out).toMatch(/^GROSS +2 +52,800\.00 +✓$/m);
  });

  test('is signed by who has looked at it: without the hash nothing is signed', async () => {
    const shown = await desk('wang', 'sign', ...at('220000'));
    expect(shown.status).toBe(2);
    const hash = /--hash ([0-9a-f]{16})/.exec(shown.out)?.[1] ?? '';
    const wrong = await desk('wang', 'sign', ...at('220000'), '--hash', '0123456789');
    expect(wrong).toMatchObject({ status: 2, out: expect.stringContaining('与所给的 0123456789 不符') });
    const signed = await desk('wang', 'sign', ...at('220000'), '--hash', hash);
    expect(signed.out).toContain('220000 已对第 1 版签章');
    expect((await desk('li', 'status')).out).toMatch(/220000 +已签章 +\S*wang/);
  });

  test('after its deadline takes no return; the owner decides for who has not signed', async () => {
    const row = rows[2];
    const late = await desk(
      'zhao',
      'return',
      row ? idOf(row) : '',
      ...at('440000'),
      '--reason',
      '金额有疑问',
    );
    expect(late).toMatchObject({ status: 1, err: expect.stringMatching(/^CLR-RETURN-LATE/) });
    const maker = await desk('li', 'decide', '--party', '440000', '--reason', '逾期未签');
    expect(maker).toMatchObject({ status: 1, err: expect.stringMatching(/^CLR-FOUREYES/) });
    const decided = await desk('chen', 'decide', '--party', '440000', '--reason', '逾期未签');
    expect(decided.out).toBe('440000 由清算方代为确认：逾期未签');
  });

  test('is confirmed once all have signed, not before', async () => {
    expect(await desk('chen', 'confirm')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^CLR-UNSIGNED/),
    });
    const shown = await desk('qian', 'sign', ...at('110000'));
    const hash = /--hash ([0-9a-f]{16})/.exec(shown.out)?.[1] ?? '';
    await desk('qian', 'sign', ...at('110000'), '--hash', hash);
    expect((await desk('chen', 'confirm')).out).toBe('CN 202603 期第 1 版已确认，账务已登记。');
  });

  test('its papers carry the hash that was signed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'yijie-papers-'));
    try {
      const { out } = await desk('li', 'export', 'table', '--party', '220000', '--out', folder);
      expect(out.split('\n')).toHaveLength(18);
      const csv = await readFile(join(folder, '202603-CN-11-220000-v1.csv'), 'utf8');
      expect(csv).toContain('110000');
      expect(csv).toContain('50000.00');
      const detail = join(folder, 'detail.csv');
      expect((await desk('li', 'export', 'detail', '--out', detail)).out).toContain('3 笔');
      expect((await readFile(detail, 'utf8')).trimEnd().split('\r\n')).toHaveLength(4);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('its notices are issued, submitted, paid in parts, received, and the run is closed', async () => {
    expect((await desk('li', 'notice', 'issue')).err).toMatch(/^CLR-FOUREYES/);
    const issued = await desk('deng', 'notice', 'issue', '--json');
    const { notices } = JSON.parse(issued.out) as {
      notices: { noticeNo: string; party: string; direction: string }[];
    };
    const notice = (party: string, direction: string) =>
      notices.find((each) => each.party === party && each.direction === direction)?.noticeNo ?? '';
    const pays = notice('220000', 'PAY');
    for (const no of [pays, notice('440000', 'PAY')])
      expect(
        (await desk('wang', 'notice', 'submit', no, ...at(no.includes('220000') ? '220000' : '440000'))).out,
      ).toContain('已提交财政');
    const transfer = (no: string, province: string, amount: string, serial: string) =>
      desk('sun', 'pay', `${no}/1`, ...at(province), ...['--amount', amount, '--serial', serial], ...BANK);
    expect((await transfer(pays, '220000', '20000', 'B-1')).out).toContain('部分支付');
    expect((await transfer(pays, '220000', '30,000.00', 'B-2')).out).toContain('已支付');
    expect(await transfer(pays, '220000', '0.01', 'B-3')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^CLR-/),
    });
    await transfer(notice('440000', 'PAY'), '440000', '2800.00', 'G-1');
    const received = await desk('zhou', 'notice', 'received', notice('110000', 'RCV'), ...at('110000'));
    expect(received).toMatchObject({ err: '', status: 0 });
    expect((await desk('sun', 'notice', 'show', pays, ...at('220000'))).out).toContain('已确认到账');
    const explained = await desk('li', 'explain', `${pays}/1`);
    expect(explained).toMatchObject({ err: '', status: 0 });
    for (const row of rows.slice(0, 2)) expect(explained.out).toContain(idOf(row));
    expect(explained.out).toContain('50,000.00');
    expect(await desk('li', 'advance')).toMatchObject({ err: '', status: 0 });
    expect((await desk('deng', 'close')).out).toBe('CN 202603 期已关账。');
  });
});

test('somebody who does not say who they are is told how', async () => {
  await expect(yijieClearing('status', '--at', 'localhost:1', '--keys', clearing.keyFolder)).rejects.toThrow(
    '--person',
  );
});
