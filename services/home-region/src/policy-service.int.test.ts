import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientWritableStream, Metadata, ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { HospitalLevel, PersonClass, RatioClass, Scheme, VisitKind } from '@yijie/contracts/common';
import {
  ExampleState,
  type PackChoice,
  type PolicyServiceClient,
  type SimulatePackRequest,
  type SimulatePackResponse,
  Sureness,
  type PolicyInput as WireInput,
  type PastSettlement as WirePast,
} from '@yijie/contracts/policy';
import { type Fen, fen, NO_SHARES } from '@yijie/money';
import {
  compute,
  diffPacks,
  explain,
  type Pack,
  type PolicyInput,
  parsePack,
  Simulation,
} from '@yijie/policy';
import { failureFromError } from '@yijie/runtime';
import { waitFor } from '@yijie/testkit';
import { PACKS_FOLDER } from '../test/home-fixture.ts';
import {
  AGENCY,
  AUDITOR,
  CLERK,
  call,
  FOREIGN_AGENCY,
  type RunningHome,
  startRunningHome,
} from '../test/running-home.ts';

const VERSION = '430100-employee@2025-01-01';

let home: RunningHome;
let client: PolicyServiceClient;
let as: Metadata;
let text: string;
let pack: Pack;

beforeAll(async () => {
  home = await startRunningHome();
  client = await home.policies(AGENCY);
  as = await home.asPersons(CLERK);
  text = await readFile(join(PACKS_FOLDER, 'changsha/employee-2025.yaml'), 'utf8');
  pack = packOf(text);
}, 60_000);
afterAll(() => home?.stop());

function packOf(yaml: string): Pack {
  const parsed = parsePack(yaml, 'employee-2025.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pack;
}

/** The pack with points of -5 instead of -10 for referrals: a draft that differs, and is right. */
function draftText(): string {
  return text.replace('REDUCED_A: -10', 'REDUCED_A: -5');
}

const held: PackChoice = { pack: { $case: 'version', version: VERSION } };
const fileOf = (yaml: string): PackChoice => ({
  pack: { $case: 'file', file: { name: 'draft.yaml', text: yaml } },
});

function inputs(inScopeYuan: number, person: 'active' | 'retired' = 'active') {
  const amounts = {
    group: '',
    totalFen: fen((inScopeYuan + 300) * 100),
    selfPaidFen: fen(10_000),
    overLimitFen: fen(5_000),
    prepaySelfFen: fen(15_000),
    inScopeFen: fen(inScopeYuan * 100),
  };
  const account = { ownAccountFen: fen(20_000), familyAccountFen: fen(0), useAccount: true };
  const accumulators = { inpatientStays: 1, inpatientDeductibleFen: 110_000 };
  const ours: PolicyInput = {
    facts: {
      scheme: 'employee',
      personClass: person,
      ageYears: 44,
      insuredYears: 20,
      groups: [],
      visitKind: 'inpatient',
      hospitalLevel: 'L3',
      hospitalKind: 'general',
      ratioClass: 'REDUCED_A',
      admissionDate: localDate('2025-03-01'),
      dischargeDate: localDate('2025-03-08'),
      settlementDate: localDate('2025-03-08'),
      treatmentPool: '410100',
    },
    groups: [amounts],
    accumulators,
    account,
  };
  const wire: WireInput = {
    facts: {
      scheme: Scheme.EMPLOYEE,
      personClass: person === 'active' ? PersonClass.ACTIVE : PersonClass.RETIRED,
      ageYears: 44,
      insuredYears: 20,
      groups: [],
      visitKind: VisitKind.INPATIENT,
      diseaseCode: '',
      hospitalLevel: HospitalLevel.THREE,
      hospitalKind: 'general',
      ratioClass: RatioClass.REDUCED_A,
      admissionDate: 20250301,
      dischargeDate: 20250308,
      settlementDate: 20250308,
      treatmentPool: '410100',
      transferredFrom: undefined,
      chronicDiseases: [],
    },
    groups: [amounts],
    accumulators,
    account,
  };
  return { ours, wire };
}

async function codeOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (cause) => cause,
  );
  const failure = failureFromError(error);
  if (failure === undefined) throw new Error(`not refused with a code: ${error}`);
  return failure;
}

describe('the packs that the region holds', () => {
  test('are listed with period, sources, assumptions, and which no example verifies', async () => {
    const all = { homePool: '', scheme: Scheme.UNSPECIFIED, day: 20250601, onlyInForce: false };
    const { packs } = await call(client, client.listPacks, all, as);
    expect(packs.every((one) => one.homePool.startsWith('43'))).toBe(true);
    const changsha = packs.find((one) => one.version === VERSION);
    expect(changsha).toMatchObject({
      scheme: Scheme.EMPLOYEE,
      effectiveFrom: 20250101,
      effectiveUntil: 20260101,
      inForce: true,
      examples: ExampleState.NOT_VERIFIED,
      exampleCount: 0,
    });
    expect(changsha?.sources.map(({ name, sureness }) => [name, sureness])).toContainEqual([
      'hunan',
      Sureness.MEDIUM,
    ]);
    expect(changsha?.assumptions.map(({ field }) => field)).toContain('filing');

    const later = await call(client, client.listPacks, { ...all, day: 20300101 }, as);
    expect(later.packs.find((one) => one.version === VERSION)?.inForce).toBe(false);
    const inForce = await call(
      client,
      client.listPacks,
      { ...all, onlyInForce: true, homePool: '430100' },
      as,
    );
    expect(inForce.packs.map(({ version }) => version).sort()).toEqual([
      VERSION,
      '430100-resident@2025-01-01',
    ]);
  });

  test('are read by an auditor, and by nobody of another province', async () => {
    const request = { homePool: '', scheme: Scheme.UNSPECIFIED, day: 0, onlyInForce: false };
    const auditors = await home.policies(AUDITOR);
    expect((await call(auditors, auditors.listPacks, request)).packs.length).toBeGreaterThan(1);
    const foreign = await home.policies(FOREIGN_AGENCY);
    const clerk = await home.asPersons({ person: 'clerk-7', role: 'home-clerk', pool: '410100' });
    // Its persons are no persons here: the token is refused before the role is asked about.
    expect((await codeOf(call(foreign, foreign.listPacks, request, clerk))).code).toBe('AUT-TOKEN');
    const finance = await home.asPersons({ person: 'cashier-1', role: 'finance', pool: '430100' });
    expect((await codeOf(call(client, client.listPacks, request, finance))).code).toBe('AUT-ROLE');
  });
});

describe('a draft', () => {
  test('that is right comes back with its effective points, assumptions and overlaps', async () => {
    const checked = await call(
      client,
      client.checkPack,
      { pack: { name: 'draft.yaml', text: draftText() }, casesJson: '' },
      as,
    );
    expect(checked).toMatchObject({
      problems: [],
      version: VERSION,
      filingEffect: 'points',
      examples: ExampleState.NOT_VERIFIED,
      overlappingVersions: [],
    });
    expect(checked.reductions).toEqual([
      expect.objectContaining({
        ratioClass: RatioClass.REDUCED_A,
        pointsBp: 500,
        nationalLimitBp: 1_000,
        beyondNationalLimit: false,
      }),
      expect.objectContaining({ ratioClass: RatioClass.REDUCED_B, pointsBp: 2_000, nationalLimitBp: 2_000 }),
    ]);
    const midYear = draftText().replace('from: 2025-01-01', 'from: 2025-07-01');
    const overlapping = await call(
      client,
      client.checkPack,
      { pack: { name: 'draft.yaml', text: midYear }, casesJson: '' },
      as,
    );
    expect(overlapping.overlappingVersions).toEqual([VERSION]);
  });

  test('that is wrong comes back with every problem, its place and what is allowed', async () => {
    const wrong = draftText()
      .replace('localDigits: 4', 'localDigits: 5')
      .replace('sure: medium', 'sure: very');
    const expected = parsePack(wrong, 'draft.yaml');
    if (expected.ok) throw new Error('the pack is right');
    const checked = await call(
      client,
      client.checkPack,
      { pack: { name: 'draft.yaml', text: wrong }, casesJson: '' },
      as,
    );
    expect(checked.problems).toEqual(
      expected.problems.map(({ message, ...problem }) => ({ ...problem, allowed: message })),
    );
    expect(checked.problems).toContainEqual({
      code: 'POL-FORM',
      file: 'draft.yaml',
      line: 4,
      field: 'localDigits',
      value: '5',
      allowed: 'must be one of 2, 4',
    });
    expect(checked.version).toBe('');
    const limit = await codeOf(
      call(
        client,
        client.computePack,
        { pack: fileOf(text.replace('REDUCED_B: -20', 'REDUCED_B: -30')), input: inputs(10_000).wire },
        as,
      ),
    );
    expect(limit).toMatchObject({ code: 'POL-LIMIT', values: { file: 'draft.yaml', path: 'filing.points' } });
  });

  test.each([
    ['too long', 'x'.repeat(65_537), 'FRM-LENGTH'],
    ['empty', '', 'FRM-REQUIRED'],
  ])('that is %s is refused', async (_how, yaml, code) => {
    const request = { pack: { name: '', text: yaml }, casesJson: '' };
    expect((await codeOf(call(client, client.checkPack, request, as))).code).toBe(code);
  });

  test('that is hostile is a problem like any other, and the next question is answered', async () => {
    const deep = '['.repeat(65_536);
    const aliases = `a: &a [x]\n${Array.from({ length: 3_000 }, (_, n) => `b${n}: [*a, *a, *a]`).join('\n')}`;
    for (const yaml of [deep, aliases]) {
      const request = { pack: { name: '', text: yaml }, casesJson: '' };
      const { problems } = await call(client, client.checkPack, request, as);
      expect(problems[0]?.code).toBe('POL-FORM');
    }
  }, 30_000);

  test('is tested by the examples it is given, and one that breaks is named', async () => {
    const folder = join(PACKS_FOLDER, 'chengdu');
    const yaml = await readFile(join(folder, 'employee-2008.yaml'), 'utf8');
    const cases = await readFile(join(folder, 'cases.json'), 'utf8');
    const choice: PackChoice = { pack: { $case: 'file', file: { name: 'employee-2008.yaml', text: yaml } } };
    const right = await call(client, client.testPack, { pack: choice, casesJson: cases }, as);
    expect(right.examples).toBe(ExampleState.VERIFIED);
    const broken = cases.replace('"24564.51"', '"24564.52"');
    expect(broken).not.toBe(cases);
    const failed = await call(client, client.testPack, { pack: choice, casesJson: broken }, as);
    expect(failed.examples).toBe(ExampleState.FAILED);
    expect(failed.outcomes.filter(({ agrees }) => !agrees)).toEqual([
      expect.objectContaining({
        id: 'chengdu-2007-age-formula-l1',
        differences: [{ visit: 1, name: 'poolFund', printed: '24564.52', computed: '24564.51' }],
      }),
    ]);
    const unread = await codeOf(call(client, client.testPack, { pack: choice, casesJson: '{}' }, as));
    expect(unread.code).toBe('FRM-VALUE');
  });
});

describe('one input', () => {
  test.each([
    ['by version', held],
    [
      'in force on a day',
      {
        pack: { $case: 'inForce', inForce: { homePool: '430100', scheme: Scheme.EMPLOYEE, day: 20250308 } },
      } as PackChoice,
    ],
  ])('is computed and explained as the engine does: %s', async (_how, choice) => {
    const { ours, wire } = inputs(50_000);
    const expected = compute(pack, ours);
    const { result } = await call(client, client.computePack, { pack: choice, input: wire }, as);
    expect(result).toEqual({
      ...expected,
      layers: expected.layers.map((layer) => ({ ...layer, ratioBp: layer.ratioBp ?? 0 })),
    });
    const explained = await call(client, client.explainPack, { pack: choice, input: wire }, as);
    expect(explained.result).toEqual(result);
    expect(explained.steps.map(({ rule, sentenceZh, resultFen }) => [rule, sentenceZh, resultFen])).toEqual(
      explain(pack, ours).steps.map(({ rule, sentenceZh, resultFen }) => [rule, sentenceZh, resultFen]),
    );
    const pool = explained.steps.filter(({ share }) => share === 'pool_fund_fen');
    expect(pool.reduce((sum, step) => sum + step.resultFen, 0)).toBe(expected.shares.poolFundFen);
  });

  test('that the pack has no rule for, or that is none, is refused with its field', async () => {
    const { wire } = inputs(50_000);
    const refusal = (input: WireInput | undefined, choice = held) =>
      codeOf(call(client, client.computePack, { pack: choice, input }, as));
    const facts = wire.facts as NonNullable<WireInput['facts']>;
    expect(await refusal({ ...wire, facts: { ...facts, scheme: Scheme.RESIDENT } })).toMatchObject({
      code: 'POL-INPUT',
      values: { field: 'facts.scheme' },
    });
    expect(
      await refusal({ ...wire, facts: { ...facts, personClass: PersonClass.UNSPECIFIED } }),
    ).toMatchObject({ code: 'FRM-VALUE', values: { field: 'facts.person_class' } });
    expect(await refusal({ ...wire, accumulators: { inpatientStay: 1 } })).toMatchObject({
      code: 'POL-INPUT',
      values: { field: 'accumulators', value: 'inpatientStay' },
    });
    expect((await refusal(undefined)).code).toBe('FRM-REQUIRED');
    expect((await refusal(wire, { pack: { $case: 'version', version: 'none' } })).code).toBe('FRM-VALUE');
    const later: PackChoice = {
      pack: { $case: 'inForce', inForce: { homePool: '430100', scheme: Scheme.EMPLOYEE, day: 20300101 } },
    };
    expect((await refusal(wire, later)).code).toBe('POL-NONE');
  });
});

test('two packs are compared in fields and in money', async () => {
  const { fields, effects } = await call(
    client,
    client.diffPacks,
    { before: held, after: fileOf(draftText()) },
    as,
  );
  const expected = diffPacks(pack, packOf(draftText()));
  expect(fields).toEqual(expected.fields);
  expect(effects).toHaveLength(expected.effects.length);
  expect(effects.length).toBeGreaterThan(0);
  expect(effects.every(({ ratioClass }) => ratioClass === RatioClass.REDUCED_A)).toBe(true);
  const residents: PackChoice = { pack: { $case: 'version', version: '430100-resident@2025-01-01' } };
  const crossed = call(client, client.diffPacks, { before: held, after: residents }, as);
  expect((await codeOf(crossed)).code).toBe('FRM-VALUE');
});

describe('past settlements under a draft', () => {
  function pastOf(person: number, inScopeYuan: number) {
    const { ours, wire } = inputs(inScopeYuan, person % 3 === 0 ? 'retired' : 'active');
    const total = ours.groups[0]?.totalFen ?? 0;
    const shares = {
      ...NO_SHARES,
      poolFundFen: fen(Math.floor(total / 2)),
      personalCashFen: fen(total - Math.floor(total / 2)),
    };
    const name = `p${String(person).padStart(6, '0')}`;
    const past: WirePast = {
      person: name,
      facts: wire.facts,
      groups: wire.groups,
      account: wire.account,
      shares,
    };
    return { past, ours: { person: name, ...ours, shares } };
  }

  interface Upload {
    readonly stream: ClientWritableStream<SimulatePackRequest>;
    readonly answer: Promise<SimulatePackResponse>;
  }

  function open(): Upload {
    let stream: ClientWritableStream<SimulatePackRequest> | undefined;
    const answer = new Promise<SimulatePackResponse>((resolve, reject) => {
      stream = client.simulatePack(as, (error: ServiceError | null, response: SimulatePackResponse) =>
        error ? reject(error) : resolve(response),
      );
    });
    answer.catch(() => undefined);
    if (stream === undefined) throw new Error('no stream');
    return { stream, answer };
  }

  const begin = (yaml: string): SimulatePackRequest => ({ part: { $case: 'pack', pack: fileOf(yaml) } });
  const some = (settlements: WirePast[]): SimulatePackRequest => ({
    part: { $case: 'past', past: { settlements } },
  });

  test('give the report that the engine gives', async () => {
    const simulation = new Simulation(packOf(draftText()));
    const { stream, answer } = open();
    stream.write(begin(draftText()));
    for (let batch = 0; batch < 10; batch += 1) {
      const settlements = Array.from({ length: 200 }, (_, index) => {
        const number = batch * 200 + index;
        const { past, ours } = pastOf(Math.floor(number / 2), 1_000 + number * 37);
        simulation.add(ours);
        return past;
      });
      stream.write(some(settlements));
    }
    stream.end();
    const report = await answer;
    const expected = simulation.report();
    expect(report).toMatchObject({ settlements: 2_000, persons: 1_000, refused: 0, policyVersion: VERSION });
    expect(report.before).toEqual(expected.before);
    expect(report.after).toEqual(expected.after);
    expect(report.histogram.map(({ settlements }) => settlements)).toEqual(expected.histogram);
    expect(report.histogram[0]).toEqual({
      fromFen: undefined,
      untilFen: -100_000,
      settlements: expect.any(Number),
    });
    expect(report.classes).toEqual([
      {
        ...expected.classes['active REDUCED_A'],
        personClass: PersonClass.ACTIVE,
        ratioClass: RatioClass.REDUCED_A,
      },
      {
        ...expected.classes['retired REDUCED_A'],
        personClass: PersonClass.RETIRED,
        ratioClass: RatioClass.REDUCED_A,
      },
    ]);
  });

  test.each([
    [
      'out of order',
      () => [begin(draftText()), some([pastOf(2, 1_000).past, pastOf(1, 1_000).past])],
      'FRM-VALUE',
      'settlements.1.person',
    ],
    ['without a pack', () => [some([pastOf(1, 1_000).past])], 'FRM-REQUIRED', 'pack'],
    ['under a wrong pack', () => [begin('homePool: x')], 'POL-FORM', undefined],
    [
      'with shares that are not the bill',
      () => [
        begin(draftText()),
        some([{ ...pastOf(1, 1_000).past, shares: { ...NO_SHARES, otherFundFen: 1 as Fen } }]),
      ],
      'FRM-AMOUNT',
      'settlements.0.shares',
    ],
  ])('%s are refused at once', async (_how, messages, code, field) => {
    const { stream, answer } = open();
    for (const message of messages()) stream.write(message);
    // Not ended: the answer comes without waiting for the rest.
    const failure = await codeOf(answer);
    expect(failure.code).toBe(code);
    expect(failure.values.field).toBe(field);
  });

  test('are one stream per caller at a time, free again when the caller hangs up', async () => {
    const first = open();
    first.stream.write(begin(draftText()));
    first.stream.write(some([pastOf(1, 1_000).past]));
    const second = await waitFor(async () => {
      const { stream, answer } = open();
      stream.end();
      const failure = await codeOf(answer);
      return failure.code === 'LIM-BUSY' && failure;
    });
    expect(second.values.max).toBe('1');
    first.stream.cancel();
    const report = await waitFor(async () => {
      const { stream, answer } = open();
      stream.write(begin(draftText()));
      stream.end();
      return answer.catch(() => undefined);
    });
    expect(report).toMatchObject({ settlements: 0, persons: 0 });
  });
});
