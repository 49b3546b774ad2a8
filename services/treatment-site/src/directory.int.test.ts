import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState, VisitKind } from '@yijie/contracts/common';
import {
  DirectoryServiceClient,
  ListHospitalsRequest,
  ListNoticesRequest,
  PublishNoticeRequest,
} from '@yijie/contracts/directory';
import type { Settle } from '@yijie/contracts/exchange';
import { ReferenceServiceClient } from '@yijie/contracts/reference';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { readMappings, readReferenceFolder } from '@yijie/reference-data';
import { failureFromError } from '@yijie/runtime';
import { type InventedVersion, waitFor, writeReferenceFolder } from '@yijie/testkit';
import { admission, call, ITEM, unary, unique } from '../test/requests.ts';
import { HOSPITAL, OTHER_HOSPITAL, SiteFixture } from '../test/site-fixture.ts';
import { discharged, settle, settledStay } from '../test/stays.ts';
import type { RunningService } from './start-treatment-site.ts';

const OPERATIONS = { kind: 'operations', person: 'operator-1' } as const;
const NEW_HOSPITAL = 'H41020599903';

let fixture: SiteFixture;
let site: RunningService;
let replica: RunningService;
let hospital: TreatmentServiceClient;
let directory: DirectoryServiceClient;
let reference: ReferenceServiceClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yijie-directory-'));
  fixture = await SiteFixture.start();
  site = await fixture.site();
  replica = await fixture.site();
  hospital = await fixture.client(site);
  directory = await fixture.clientOf(DirectoryServiceClient, site, OPERATIONS);
  reference = await fixture.clientOf(ReferenceServiceClient, site, OPERATIONS);
}, 60_000);

afterAll(async () => {
  await fixture?.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened = (institutionCode: string, ...kinds: string[]) => ({
  institutionCode,
  pool: '410100',
  openings: kinds.map((kind) => ({ kind })),
});

const NEXT: InventedVersion = {
  version: 'test.2',
  validFrom: '2025-03-01',
  institutions: [
    {
      ...opened(HOSPITAL, 'inpatient', 'outpatient', 'chronic'),
      level: 'L2',
    },
    {
      institutionCode: NEW_HOSPITAL,
      pool: '410200',
      openings: [{ kind: 'inpatient' }, { kind: 'chronic', diseaseCode: 'M00500', from: '2025-06-01' }],
    },
  ],
  tables: {
    agencies: [
      'region_code,region_name,office,service,address,phone',
      '410100,郑州市,政务服务中心,异地就医备案,虚构路1号,',
      '410200,开封市,政务服务中心,异地就医备案,虚构路2号,0000-0000000',
    ],
  },
};

function filesOf(version: InventedVersion) {
  const files = readReferenceFolder(writeReferenceFolder(join(folder, version.version ?? ''), version));
  return { folder: { files: files.map(({ name, content }) => ({ name, content: Buffer.from(content) })) } };
}

async function refusedWith(asked: Promise<unknown>) {
  const error = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return failureFromError(error);
}

function hospitals(changes: Partial<ListHospitalsRequest> = {}) {
  return unary(directory, directory.listHospitals, ListHospitalsRequest.fromPartial(changes));
}

describe('reference data', () => {
  test('a dry run shows what a version changes, field by field, and changes nothing', async () => {
    const before = await fixture.count('reference_row');
    const diff = await unary(reference, reference.diffReference, filesOf(NEXT));
    expect(diff.tables.map(({ table, added, changed, ended }) => [table, added, changed, ended])).toEqual([
      ['institutions', 1, 1, 1],
      ['openings', 2, 0, 5],
      ['agencies', 2, 0, 0],
    ]);
    expect(diff.changes.find(({ key }) => key === HOSPITAL)?.fields).toEqual([
      { name: 'level', before: 'L3', after: 'L2' },
    ]);
    expect(await fixture.count('reference_row')).toBe(before);
  });

  test('a broken file changes nothing and names its lines', async () => {
    const broken = filesOf({
      ...NEXT,
      version: 'test.broken',
      institutions: [
        ...NEXT.institutions,
        { ...opened('H43000000001', 'dentist'), pool: '430100', level: 'L9' },
      ],
    });
    const checked = await unary(reference, reference.checkReference, broken);
    expect(checked.problems.map(({ file, line, column }) => `${file}:${line} ${column}`)).toEqual([
      'institutions.csv:4 level',
      'openings.csv:7 service',
    ]);
    const before = await fixture.count('reference_row');
    expect(await refusedWith(unary(reference, reference.loadReference, broken))).toMatchObject({
      code: 'REF-BROKEN',
      values: { file: 'institutions.csv', line: '4', count: '2' },
    });
    expect(await fixture.count('reference_row')).toBe(before);
    expect(await fixture.count('reference_version', `version = 'test.broken'`)).toBe(0);
  });

  test('a load is one step for everybody: rows, audit, and every running replica', async () => {
    const files = filesOf(NEXT);
    const loaded = await unary(reference, reference.loadReference, files);
    expect(loaded).toMatchObject({ version: 'test.2', alreadyLoaded: false });
    expect(
      await fixture.count('audit_entry', `action = 'load-reference' AND object = 'reference:test.2'`),
    ).toBe(1);
    const again = await unary(reference, reference.loadReference, files);
    expect(again).toMatchObject({ alreadyLoaded: true, tables: loaded.tables });
    const { versions } = await unary(reference, reference.listReferenceVersions, {});
    expect(versions.map(({ version, loadedBy }) => [version, loadedBy])).toEqual([
      ['test.2', 'operations:operator-1'],
      ['test.1', 'service:treatment-site/410000'],
    ]);
    const manifest = files.folder.files.find(({ name }) => name === 'manifest.json')?.content ?? '';
    expect(versions[0]?.sha256).toBe(createHash('sha256').update(manifest).digest('hex'));

    const refused = await call(await fixture.client(site, OTHER_HOSPITAL), 'admit', admission());
    expect(refused.outcome?.failure?.code).toBe('ORG-NOTNET');
    const other = await fixture.client(replica, OTHER_HOSPITAL);
    // The replica polls: it needs nobody to tell it.
    await waitFor(async () => {
      const { outcome } = await call(other, 'admit', admission());
      return outcome?.state === OutcomeState.REFUSED;
    });
  });

  test.each<[string, InventedVersion, string]>([
    [
      'other files under a loaded version',
      { ...NEXT, institutions: NEXT.institutions.slice(0, 1) },
      'REF-VERSION',
    ],
    ['a day before the loaded one', { ...NEXT, version: 'test.early', validFrom: '2025-02-28' }, 'REF-ORDER'],
  ])('%s', async (_, version, code) => {
    expect((await refusedWith(unary(reference, reference.loadReference, filesOf(version))))?.code).toBe(code);
  });

  test('hospitals may look, and only operations may load', async () => {
    const asHospital = await fixture.clientOf(ReferenceServiceClient, site, {
      kind: 'institution',
      institutionCode: HOSPITAL,
    });
    const refused = await refusedWith(unary(asHospital, asHospital.loadReference, filesOf(NEXT)));
    expect(refused?.code).toBe('AUT-ROLE');
  });
});

describe('a catalogue', () => {
  const header =
    'national_code,name,code_kind,item_class,class_basis,prepay_ratio_bp,ratio_basis,price_limit_yuan,limit_basis,' +
    'category,item_group,valid_from,valid_until';

  /** What a home region is asked to compute with, of a stay with one kind of item. */
  async function selfPaidShare(): Promise<number> {
    const { visitId, totalFen } = await discharged(hospital);
    await call(hospital, 'preSettle', { visitId, totalFen, useAccount: false });
    const body = fixture.home.questions.at(-1)?.body;
    if (body?.$case !== 'preSettle') throw new Error('no quote was asked for');
    const [group] = body.preSettle.settle?.groups ?? [];
    return (group?.selfPaidFen ?? 0) / totalFen;
  }

  test('of a new version converts the bills from then on, without a restart', async () => {
    const code = readMappings(HOSPITAL).find(({ itemCode }) => itemCode === ITEM)?.nationalCode ?? '';
    expect(await selfPaidShare()).toBe(0);
    const row = `${code},虚构,drug,C,of this test,0,of this test,,of this test,09,,2025-01-01,`;
    const version = { ...NEXT, version: 'test.3', tables: { ...NEXT.tables, catalogue: [header, row] } };
    await unary(reference, reference.loadReference, filesOf(version));
    expect(await selfPaidShare()).toBe(1);
  });
});

describe('the public directory', () => {
  test('lists by region, service, disease and day, a page at a time', async () => {
    const codes = async (changes: Partial<ListHospitalsRequest>) =>
      (await hospitals(changes)).hospitals.map(({ institutionCode }) => institutionCode);
    expect(await codes({})).toEqual([HOSPITAL, NEW_HOSPITAL]);
    expect(await codes({ region: '410200' })).toEqual([NEW_HOSPITAL]);
    expect(await codes({ region: '430000' })).toEqual([]);
    expect(await codes({ service: VisitKind.OUTPATIENT })).toEqual([HOSPITAL]);
    const chronic = { service: VisitKind.CHRONIC, chronicDiseaseCode: 'M00500' };
    expect(await codes(chronic)).toEqual([NEW_HOSPITAL]);
    expect(await codes({ ...chronic, onDate: 20_250_531 })).toEqual([]);
    expect(await codes({ onDate: 20_250_228 })).toEqual([HOSPITAL, OTHER_HOSPITAL]);
    const first = await hospitals({ pageSize: 1 });
    expect(first).toMatchObject({ referenceVersion: 'test.3', hospitals: [{ level: 3, kind: 'general' }] });
    const second = await hospitals({ pageSize: 1, pageToken: first.nextPageToken });
    expect(second.hospitals.map(({ institutionCode }) => institutionCode)).toEqual([NEW_HOSPITAL]);
    expect(second.nextPageToken).toBe('');
  });

  test('names the offices of a region', async () => {
    const { contacts } = await unary(directory, directory.listAgencyContacts, {
      region: '410200',
      pageSize: 0,
      pageToken: '',
    });
    expect(contacts.map(({ office, phone }) => [office, phone])).toEqual([['政务服务中心', '0000-0000000']]);
  });

  test.each<[string, Partial<ListHospitalsRequest>, string]>([
    ['no region', { region: '41' }, 'FRM-REGION'],
    ['no day', { onDate: 20_250_230 }, 'FRM-DATE'],
    ['no kind', { service: 9 as VisitKind }, 'FRM-VALUE'],
    ['too long a page', { pageSize: 201 }, 'FRM-PAGE'],
  ])('%s is refused', async (_, changes, code) => {
    expect((await refusedWith(hospitals(changes)))?.code).toBe(code);
  });
});

describe('validity', () => {
  test('a suspension shows from its day to its end', async () => {
    const suspensions = [
      'institution_code,suspended_from,suspended_until,reason',
      `${NEW_HOSPITAL},2025-04-01,2025-05-01,违规整改`,
    ];
    const regions = ['code,name,province_code,province_name,is_pool', '410100,虚构市,410000,河南省,Y'];
    const version = { ...NEXT, version: 'test.4', tables: { suspensions, regions } };
    await unary(reference, reference.loadReference, filesOf(version));
    const suspendedOn = async (onDate: number) =>
      (await hospitals({ region: '410200', onDate })).hospitals.map(({ suspended }) => suspended);
    expect(await suspendedOn(20_250_331)).toEqual([false]);
    expect(await suspendedOn(20_250_401)).toEqual([true]);
    expect(await suspendedOn(20_250_430)).toEqual([true]);
    expect(await suspendedOn(20_250_501)).toEqual([false]);
  });

  test('papers name a region as the version does', async () => {
    const { settlementId } = await settledStay(hospital);
    const slip = await call(hospital, 'getSlip', { settlementId, withExplanation: false, remarks: [] });
    expect(JSON.stringify(slip)).toContain('虚构市');
  });

  test('a version loaded ahead takes effect on its day', async () => {
    const institutions = [opened(HOSPITAL, 'chronic')];
    const version = { version: 'test.5', validFrom: '2099-01-01', institutions };
    await unary(reference, reference.loadReference, filesOf(version));
    const servicesOn = async (onDate: number) =>
      (await hospitals({ onDate })).hospitals.map(({ opened: services }) => services.length);
    expect(await servicesOn(20_981_231)).toEqual([3, 2]);
    expect(await servicesOn(20_990_101)).toEqual([1]);
    expect((await call(hospital, 'admit', admission())).outcome?.state).toBe(OutcomeState.SETTLED);
  });
});

describe('notices of stops', () => {
  const notice = (changes: Partial<PublishNoticeRequest> = {}) =>
    PublishNoticeRequest.fromPartial({
      idempotencyKey: unique('notice'),
      scope: { region: '', institutionCode: HOSPITAL, service: VisitKind.INPATIENT },
      startsAtMs: Date.now() - 1_000,
      endsAtMs: Date.now() + 3_600_000,
      reasonZh: '机房断电',
      reasonEn: 'power failure',
      planned: false,
      ...changes,
    });

  function sentVisit(): Settle['visit'] {
    const body = fixture.home.commands.at(-1)?.body;
    return body?.$case === 'settle' ? body.settle.visit : undefined;
  }

  test('while one is in force, what it stops is suspended with its end, and nothing else', async () => {
    const request = notice();
    const published = await unary(directory, directory.publishNotice, request);
    const again = await unary(directory, directory.publishNotice, request);
    expect(again.notice?.noticeId).toBe(published.notice?.noticeId);
    const other = { ...request, reasonZh: '别的原因' };
    expect((await refusedWith(unary(directory, directory.publishNotice, other)))?.code).toBe('KEY-REUSED');

    await settle(hospital, await discharged(hospital));
    expect(sentVisit()).toMatchObject({ institutionSuspended: true, suspendedUntilMs: request.endsAtMs });
    const listed = await unary(directory, directory.listNotices, ListNoticesRequest.fromPartial({}));
    expect(listed.notices.map(({ noticeId }) => noticeId)).toEqual([published.notice?.noticeId]);

    const noticeId = published.notice?.noticeId ?? '';
    await unary(directory, directory.withdrawNotice, { noticeId });
    await settle(hospital, await discharged(hospital));
    expect(sentVisit()).toMatchObject({ institutionSuspended: false, suspendedUntilMs: 0 });
    expect(
      (await unary(directory, directory.listNotices, ListNoticesRequest.fromPartial({}))).notices,
    ).toEqual([]);
    const ended = await unary(
      directory,
      directory.listNotices,
      ListNoticesRequest.fromPartial({ includeEnded: true, pageSize: 1 }),
    );
    expect(ended.notices.map(({ withdrawnAtMs }) => withdrawnAtMs > 0)).toEqual([true]);
  });

  test("a home region's notice says until when nothing answers", async () => {
    const endsAtMs = Date.now() + 3_600_000;
    const scope = { region: '430000', institutionCode: '', service: 0 as VisitKind };
    const { notice: published } = await unary(
      directory,
      directory.publishNotice,
      notice({ scope, endsAtMs }),
    );
    const { onQuestion } = fixture.home;
    fixture.home.onQuestion = () => undefined;
    try {
      const { visitId, totalFen } = await discharged(hospital);
      const { failure } = await call(hospital, 'preSettle', { visitId, totalFen, useAccount: false }, 1_500);
      expect(failure).toMatchObject({ code: 'NET-HOME', values: { until: expect.any(String) } });
      expect(failure?.messageZh).toContain(failure?.values.until);
    } finally {
      fixture.home.onQuestion = onQuestion;
      await unary(directory, directory.withdrawNotice, { noticeId: published?.noticeId ?? '' });
    }
  });

  test('a planned stop announced too late is refused', async () => {
    const late = await refusedWith(unary(directory, directory.publishNotice, notice({ planned: true })));
    expect(late).toMatchObject({ code: 'NTC-SHORT', values: { hours: '72' } });
  });
});
