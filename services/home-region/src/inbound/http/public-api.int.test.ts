import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PersonClass, Scheme } from '@yijie/contracts/common';
import { connect } from '../../../test/home-fixture.ts';
import { httpsCaller } from '../../../test/https-json.ts';
import { AGENCY, CLERK, call, type RunningHome, startRunningHome } from '../../../test/running-home.ts';
import { readDemoMembers } from '../../load-demo-members.ts';
import { HTTP_LIMITS } from './public-api.ts';

const DEMO_FILE = fileURLToPath(new URL('../../../../../data/demo/members.json', import.meta.url));
const PYTHON_CLIENT = fileURLToPath(new URL('../../../test/file_over_http.py', import.meta.url));

let home: RunningHome;
let http: ReturnType<typeof httpsCaller>;
/** Two people who hold nothing yet. */
let mine: string;
let theirs: string;
let careless: string;
let keys = 0;
const newKey = () => `key-${++keys}`;

const member = {
  certificateNumber: '000000197602280057',
  name: '测试甲',
  gender: '1',
  birthDate: 19760228,
  homePool: '430100',
  scheme: Scheme.EMPLOYEE,
  personClass: PersonClass.ACTIVE,
  insuredStatus: 'ACTIVE',
  insuredFrom: 20000101,
  contributionYears: 20,
  groups: [],
  accountBalanceFen: 0,
  familyAccountBalanceFen: 0,
  credentialToken: 'demo-e-credential-http-a',
};

beforeAll(async () => {
  home = await startRunningHome({ demoMembers: await readDemoMembers(DEMO_FILE) });
  http = httpsCaller(home.service.httpAddress, home.authorityFile);
  const enrolment = await home.enrolment(AGENCY);
  const members = [
    member,
    { ...member, certificateNumber: '000000198001010021', credentialToken: 'demo-e-credential-http-b' },
    { ...member, certificateNumber: '000000198501010036', credentialToken: 'demo-e-credential-http-d' },
  ];
  const { personTokens } = await call(
    enrolment,
    enrolment.putMembers,
    { idempotencyKey: 'http', members },
    await home.asPersons(CLERK),
  );
  [mine = '', theirs = '', careless = ''] = personTokens;
}, 60_000);
afterAll(() => home?.stop());

const asMe = () => home.channelToken(mine);

describe('a person files through a public channel', () => {
  test('submits, lists, reads, renews too early, changes, cancels; a repeat gets the first answer', async () => {
    const token = await asMe();
    const key = newKey();
    const body = {
      type: 'TM_OTHER',
      targetRegion: '440100',
      contact: { name: 'a', telephone: '1', address: 'b' },
    };
    const filed = await http('POST', '/v1/filings', { token, key, body });
    expect(filed).toMatchObject({
      status: 201,
      body: {
        filing: {
          state: 'EFFECTIVE',
          channel: 'NHSA_APP',
          group: 'SELF_SERVICE',
          targetRegionName: '广东省广州市',
        },
        newFiling: null,
      },
    });
    const { filingId } = filed.body.filing;
    expect((await http('POST', '/v1/filings', { token, key, body })).text).toBe(filed.text);
    expect(
      await http('POST', '/v1/filings', { token, key, body: { ...body, targetRegion: '440300' } }),
    ).toMatchObject({
      status: 409,
      body: { code: 'KEY-REUSED' },
    });

    const twice = await http('POST', '/v1/filings', {
      token: await home.channelToken(mine, 'GOV_CLIENT'),
      key: newKey(),
      body,
    });
    expect(twice).toMatchObject({
      status: 409,
      body: { code: 'FIL-DUP', values: { filingId, channel: 'NHSA_APP' } },
    });
    expect(twice.body.messageZh).toContain('国家医保服务平台');

    const list = await http('GET', '/v1/filings?pageSize=1', { token });
    expect(list.body).toMatchObject({ filings: [{ filingId }], nextPageToken: null });
    const detail = await http('GET', `/v1/filings/${filingId}`, { token });
    expect(detail.body.history).toMatchObject([{ version: 1, from: null, to: 'EFFECTIVE', by: 'person' }]);
    const form = await http('GET', `/v1/filings/${filingId}/form`, { token });
    expect([form.status, form.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(form.text).toContain('测试甲');
    expect(form.text).toContain('广东省广州市 (440100)');
    const letter = await http('GET', `/v1/filings/${filingId}/commitment`, { token });
    expect(letter).toMatchObject({ status: 409, body: { code: 'FIL-NOLETTER' } });

    const act = (name: string, payload: object) =>
      http('POST', `/v1/filings/${filingId}/${name}`, { token, key: newKey(), body: payload });
    expect(await act('renew', {})).toMatchObject({ status: 409, body: { code: 'FIL-RENEWEARLY' } });
    expect(await act('withdraw', {})).toMatchObject({ body: { code: 'FIL-STATE' } });
    expect(await act('proof', { materials: [{ kind: 'work-proof', reference: 'x' }] })).toMatchObject({
      status: 409,
    });
    expect(await act('material', { materials: [{ kind: 'work-proof', reference: 'x' }] })).toMatchObject({
      status: 409,
    });
    const changed = await act('change', { targetRegion: '440300' });
    expect(changed.body).toMatchObject({
      filing: { state: 'CHANGED' },
      newFiling: { state: 'EFFECTIVE', supersedesId: filingId, targetRegion: '440300' },
    });
    const moved = changed.body.newFiling.filingId;
    const refiled = await http('POST', `/v1/filings/${moved}/refile`, {
      token,
      key: newKey(),
      body: { targetRegion: '310000' },
    });
    expect(refiled.body).toMatchObject({ filing: { state: 'CANCELLED' }, newFiling: { state: 'EFFECTIVE' } });
    const last = refiled.body.newFiling.filingId;
    const cancelled = await http('POST', `/v1/filings/${last}/cancel`, {
      token,
      key: newKey(),
      body: { reason: 'HOME-AGAIN' },
    });
    expect(cancelled.body).toMatchObject({ filing: { state: 'CANCELLED', reasonCode: 'HOME-AGAIN' } });

    const first = await http('GET', '/v1/filings?pageSize=2', { token });
    expect(first.body.filings).toHaveLength(2);
    const second = await http('GET', `/v1/filings?pageSize=2&pageToken=${first.body.nextPageToken}`, {
      token,
    });
    expect(
      [...first.body.filings, ...second.body.filings]
        .map((one: { filingId: string }) => one.filingId)
        .toSorted(),
    ).toEqual([filingId, moved, last].toSorted());
  });

  test('every change has its audit row, with the channel and the key that vouched for it', async () => {
    const database = connect(home.databaseUrl);
    const { rows } = await database.query<{ action: string; role: string; actor: string; serial: string }>(
      `SELECT action, role, actor, certificate_serial AS serial FROM audit_entry WHERE role = 'insured-person'
        ORDER BY at_ms, action`,
    );
    await database.close();
    expect(rows.map(({ action }) => action)).toEqual([
      'filing.submit',
      'filing.change',
      'filing.change',
      'filing.refile',
      'filing.refile',
      'filing.cancel',
    ]);
    expect(rows[0]).toMatchObject({ actor: `channel:NHSA_APP/${mine}` });
    expect(rows[0]?.serial).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("nobody else's data", () => {
  test("another's filing looks like none at all, whatever one asks", async () => {
    const key = newKey();
    const body = { type: 'TM_OTHER', targetRegion: '440100' };
    const filed = await http('POST', '/v1/filings', { token: await home.channelToken(theirs), key, body });
    const { filingId } = filed.body.filing;
    const token = await asMe();
    const unknown = '018f0000-0000-7000-8000-000000000000';
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/form'],
      ['GET', '/commitment'],
      ['POST', '/withdraw', {}],
      ['POST', '/cancel', { reason: 'x' }],
      ['POST', '/change', { targetRegion: '440300' }],
      ['POST', '/renew', {}],
      ['POST', '/proof', { materials: [{ kind: 'work-proof', reference: 'x' }] }],
      ['POST', '/material', { materials: [{ kind: 'work-proof', reference: 'x' }] }],
      ['POST', '/refile', { targetRegion: '310000' }],
    ];
    for (const [method, path, payload] of calls) {
      const ask = (id: string) =>
        http(method, `/v1/filings/${id}${path}`, {
          token,
          key: newKey(),
          ...(payload ? { body: payload } : {}),
        });
      const [foreign, none] = [await ask(filingId), await ask(unknown)];
      expect([method, path, foreign.status, foreign.body.code]).toEqual([method, path, 404, 'FIL-NOTFOUND']);
      expect({ ...foreign.body, values: {}, requestId: '', messageZh: '', messageEn: '' }).toEqual({
        ...none.body,
        values: {},
        requestId: '',
        messageZh: '',
        messageEn: '',
      });
    }
    const still = await http('GET', `/v1/filings/${filingId}`, { token: await home.channelToken(theirs) });
    expect(still.body.filing).toMatchObject({ state: 'EFFECTIVE', version: 1 });
    // Nor does a key of one person say anything about another's.
    const own = await http('POST', '/v1/filings', { token, key, body: { ...body, targetRegion: '320100' } });
    expect(own.status).toBe(201);
  });

  test('who can’t prove who they are gets no further', async () => {
    expect(await http('GET', '/v1/filings')).toMatchObject({
      status: 401,
      body: { code: 'AUT-TOKEN', values: { reason: 'missing' } },
    });
    expect(await http('GET', '/v1/filings', { token: 'x.y.z' })).toMatchObject({ status: 401 });
    const [clerk] = (await home.asPersons(CLERK)).get('authorization');
    expect(await http('GET', '/v1/filings', { headers: { authorization: String(clerk) } })).toMatchObject({
      status: 401,
    });
    const channel = await home.channelToken(undefined);
    expect(await http('GET', '/v1/filings', { token: channel })).toMatchObject({
      status: 403,
      body: { code: 'AUT-ROLE' },
    });
  });
});

describe('who somebody is', () => {
  const who = {
    homePool: '430100',
    certificateNumber: member.certificateNumber,
    name: member.name,
    credentialToken: member.credentialToken,
  };
  const ask = async (change: object, token?: string) =>
    http('POST', '/v1/person', {
      token: token ?? (await home.channelToken(undefined)),
      body: { ...who, ...change },
    });

  test('is told to a channel that has certificate, name and credential', async () => {
    expect(await ask({})).toMatchObject({ status: 200, body: { personToken: mine } });
    expect(await ask({}, await asMe())).toMatchObject({ status: 403, body: { code: 'AUT-ROLE' } });
  });

  test.each([
    ['a wrong check digit', { certificateNumber: '000000197602280056' }, 400, 'FRM-CERTIFICATE'],
    ['no number at all', { certificateNumber: 'x' }, 400, 'FRM-CERTIFICATE'],
    ["another's credential", { credentialToken: 'demo-e-credential-http-b' }, 409, 'CRD-MISMATCH'],
    ["another's name", { name: '测试乙' }, 409, 'CRD-MISMATCH'],
    ['somebody who isn’t insured here', { certificateNumber: '000000199001010018' }, 409, 'CRD-MISMATCH'],
    ['another pool', { homePool: '430200' }, 409, 'CRD-MISMATCH'],
    ['a region that is none', { homePool: '99' }, 400, 'FRM-REGION'],
  ])('%s: its own code', async (_, change, status, code) => {
    const answer = await ask(change);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.text).not.toContain(who.certificateNumber.slice(0, 17));
  });
});

describe('input that cannot be', () => {
  const good = { type: 'TM_OTHER', targetRegion: '440100' };

  test.each<[string, object | string, string]>([
    ['no body', '', 'FRM-VALUE'],
    ['no JSON', '{"type":', 'FRM-VALUE'],
    ['a list', [], 'FRM-VALUE'],
    ['no type', { targetRegion: '440100' }, 'FRM-REQUIRED'],
    ['a type that is none', { ...good, type: 'LT_STUDENT' }, 'FRM-VALUE'],
    ['a word more than it knows', { ...good, channel: 'COUNTER' }, 'FRM-VALUE'],
    ['a day that doesn’t exist', { ...good, validFrom: '2027-02-29' }, 'FRM-DATE'],
    ['a day in another form', { ...good, validFrom: '20270301' }, 'FRM-DATE'],
    ['a region in another form', { ...good, targetRegion: '44' }, 'FRM-REGION'],
    ['a region nobody has', { ...good, targetRegion: '448800' }, 'FRM-REGION'],
    ['a whole province', { ...good, targetRegion: '440000' }, 'FIL-TARGET'],
    ['a text too long', { ...good, referralDocument: 'x'.repeat(101) }, 'FRM-LENGTH'],
    ['a line break in a text', { ...good, referralDocument: 'x\ny' }, 'FRM-VALUE'],
    ['a poisoned body', '{"type":"TM_OTHER","targetRegion":"440100","__proto__":{"x":1}}', 'FRM-VALUE'],
    ['a megabyte', { ...good, referralDocument: 'x'.repeat(100_000) }, 'FRM-SIZE'],
    ['yesterday', { ...good, validFrom: '2020-01-01' }, 'FIL-DATES'],
  ])('%s: its own code, and nothing changes', async (_, body, code) => {
    const token = await home.channelToken(careless);
    const before = (await http('GET', '/v1/filings', { token })).text;
    const answer = await http('POST', '/v1/filings', {
      token,
      key: newKey(),
      ...(typeof body === 'string' ? { text: body } : { body }),
    });
    expect([answer.status >= 400 && answer.status < 500, answer.body.code]).toEqual([true, code]);
    expect((await http('GET', '/v1/filings', { token })).text).toBe(before);
  });

  test('a change without its key', async () => {
    const answer = await http('POST', '/v1/filings', {
      token: await home.channelToken(careless),
      body: good,
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'KEY-MISSING']);
  });
});

describe('the edge', () => {
  test('every answer forbids a browser to keep, frame, guess or run it', async () => {
    for (const path of ['/v1/openapi.json', '/v1/filings', '/nothing']) {
      const { headers } = await http('GET', path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=63072000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.server ?? headers['x-powered-by']).toBeUndefined();
    }
  });

  test('a person who asks without end is told when to come back, and nobody else is', async () => {
    const enrolment = await home.enrolment(AGENCY);
    const { personTokens } = await call(
      enrolment,
      enrolment.putMembers,
      {
        idempotencyKey: 'flood',
        members: [
          { ...member, certificateNumber: '000000199202020028', credentialToken: 'demo-e-credential-http-c' },
        ],
      },
      await home.asPersons(CLERK),
    );
    const token = await home.channelToken(personTokens[0]);
    const answers = await Promise.all(
      Array.from({ length: HTTP_LIMITS.person.burst + 20 }, () => http('GET', '/v1/filings', { token })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body.code).toBe('LIM-RATE');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await http('GET', '/v1/filings', { token: await asMe() })).status).toBe(200);
  });
});

test('a Python client files and reads over HTTPS with nothing but the document', async () => {
  const { stdout } = await promisify(execFile)('python3', [
    PYTHON_CLIENT,
    `https://localhost:${home.service.httpAddress.split(':')[1]}`,
    home.authorityFile,
    await home.channelToken(theirs, 'PROV_ONLINE'),
  ]);
  expect(JSON.parse(stdout)).toEqual({
    operations: expect.arrayContaining(['submitFiling', 'listFilings', 'cancelFiling']),
    filed: 'EFFECTIVE',
    repeated: true,
    listed: true,
    refused: [409, 'FIL-DUP'],
    cancelled: 'CANCELLED',
    stranger: [401, 'AUT-TOKEN'],
  });
});
