import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { fen } from '@yijie/money';
import { type Pack, selectPack } from '@yijie/policy';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { readHomeServices } from '../../read-home-services.ts';
import { readPacks } from '../../repositories/policy-packs.ts';
import { policyBookOf } from '../policy/packs-in-force.ts';
import { NO_BENEFITS, type PersonBenefits } from './benefits.ts';
import type { VisitFacts } from './command.ts';
import { type DatedServices, servicesBook } from './home-services.ts';
import { decideSettlement, type SettleDecision } from './settle.ts';

const SERVICES_FILE = fileURLToPath(new URL('../../../../../data/home-services.json', import.meta.url));
const HOSPITAL = 'H41010599901';

let rows: readonly DatedServices[];
let packs: readonly Pack[];
beforeAll(async () => {
  rows = await readHomeServices(SERVICES_FILE);
  const provinces = [...new Set(rows.map(({ region }) => `${region.slice(0, 2)}0000`))];
  packs = (await Promise.all(provinces.map((province) => readPacks(PACKS_FOLDER, province)))).flat();
});

test('a service is opened only where a pack in force from that day knows its rules', () => {
  const unknown = rows.flatMap(({ region, from, services }) =>
    services.opened
      .filter((kind) => kind !== 'inpatient')
      .filter((kind) =>
        (['employee', 'resident'] as const).every((scheme) => {
          const of = packs.filter((pack) => pack.homePool === region && pack.scheme === scheme);
          const found = selectPack(of, { homePool: region, scheme, date: from });
          return !found.ok || 'notPublished' in found.pack.visits[kind];
        }),
      )
      .map((kind) => `${region} ${kind}`),
  );
  expect(unknown).toEqual([]);
});

interface Settled {
  readonly pool: string;
  readonly scheme?: Scheme;
  readonly retired?: boolean;
  readonly day: string;
  readonly visit: Partial<VisitFacts>;
  readonly yuan: number;
  readonly benefits?: PersonBenefits;
  readonly used?: Readonly<Record<string, number>>;
}

function settle({
  pool,
  scheme = 'employee',
  retired,
  day,
  visit,
  yuan,
  benefits,
  used,
}: Settled): SettleDecision {
  const [settlementDay, totalFen] = [localDate(day), fen(yuan * 100)];
  const amounts = {
    totalFen,
    selfPaidFen: fen(0),
    overLimitFen: fen(0),
    prepaySelfFen: fen(0),
    inScopeFen: totalFen,
  };
  return decideSettlement(
    { policies: policyBookOf(packs), services: servicesBook(rows) },
    {
      member: {
        personToken: 'p',
        homePool: pool,
        scheme,
        personClass: scheme === 'resident' ? 'resident' : retired ? 'retired' : 'active',
        birthDate: localDate('1970-01-01'),
        insuredStatus: 'ACTIVE',
        insuredFrom: localDate('2010-01-01'),
        contributionYears: 20,
        groups: [],
      },
      filings: [
        {
          filingId: 'F1',
          type: 'LT_RESIDENT',
          targetRegion: '410100',
          from: localDate('2015-01-01'),
          state: 'EFFECTIVE',
          effectiveAt: 1 as Instant,
          proof: 'COMPLETE',
          channel: 'COUNTER',
        },
      ],
      benefits: benefits ?? NO_BENEFITS,
      account: { ordinal: 1, ownFen: fen(0), familyFen: fen(0) },
      accumulators: () => ({ ordinal: 1, values: used ?? {} }),
    },
    {
      settlementId: new Uint8Array(16),
      personToken: 'p',
      homePool: pool,
      treatmentPool: '410100',
      institutionCode: HOSPITAL,
      settledAtMs: startOfDay(settlementDay) + 36_000_000,
      bill: {
        visit: {
          visitId: new Uint8Array(16),
          kind: 'outpatient',
          admissionDate: settlementDay,
          emergency: false,
          injury: false,
          thirdPartyLiable: false,
          injuryStatementSigned: false,
          paidInFull: false,
          hospitalLevel: 'L3',
          hospitalKind: 'general',
          institutionOpen: true,
          diseaseNotOpen: false,
          institutionSuspended: false,
          ...visit,
        },
        totalFen,
        categories: [{ code: '09', ...amounts }],
        groups: [{ group: '', ...amounts }],
        lines: [{ lineNumber: 1, category: '09', group: '', ...amounts }],
        useAccount: true,
      },
    },
  );
}

const chronic = (chronicDiseaseCode: string): Partial<VisitFacts> => ({
  kind: 'chronic',
  chronicDiseaseCode,
});
const qualified = (diseaseCode: string, from: string): PersonBenefits => ({
  choices: [],
  qualifications: [{ qualificationId: 'Q', diseaseCode, from: localDate(from), institutionCodes: [] }],
});
const chosen: PersonBenefits = {
  qualifications: [],
  choices: [{ ordinal: 1, from: localDate('2025-01-01'), institutionCodes: [HOSPITAL] }],
};

/** What the figures of policies/<region> give; their sources stand in the packs. */
describe('published rules of regions, settled away from home', () => {
  test.each<[string, Settled, number, string[]]>([
    [
      'Guangzhou, 65 % without deductible',
      { pool: '440100', day: '2025-03-01', visit: {}, yuan: 1_000 },
      650,
      ['ACC-BALANCE'],
    ],
    [
      'Guangzhou retired, 70 %',
      { pool: '440100', day: '2025-03-01', retired: true, visit: {}, yuan: 1_000 },
      700,
      ['ACC-BALANCE'],
    ],
    [
      'Guangzhou near the yearly limit of 7,214',
      { pool: '440100', day: '2025-03-01', visit: {}, yuan: 1_000, used: { outpatientFundFen: 700_000 } },
      214,
      ['STL-LIMIT', 'ACC-BALANCE'],
    ],
    [
      'Chongqing, 200 a year, then 50 % at level 3',
      { pool: '500000', day: '2025-03-01', visit: {}, yuan: 1_000 },
      400,
      ['ACC-BALANCE'],
    ],
    [
      'Chongqing, the deductible of the year met',
      {
        pool: '500000',
        day: '2025-03-01',
        visit: {},
        yuan: 1_000,
        used: { outpatientDeductibleFen: 20_000 },
      },
      500,
      ['ACC-BALANCE'],
    ],
    [
      'Dalian dialysis, 94 % within 7,300 a month',
      {
        pool: '210200',
        day: '2025-03-01',
        visit: chronic('M07801'),
        yuan: 10_000,
        benefits: qualified('M07801', '2023-01-01'),
      },
      7_300,
      ['STL-LIMIT', 'ACC-BALANCE'],
    ],
    [
      'Dalian anti-rejection, 11 months after approval',
      {
        pool: '210200',
        day: '2025-03-01',
        visit: chronic('M08300'),
        yuan: 10_000,
        benefits: qualified('M08300', '2024-03-02'),
      },
      7_600,
      ['STL-LIMIT', 'ACC-BALANCE'],
    ],
    [
      'Dalian anti-rejection, 12 months after approval',
      {
        pool: '210200',
        day: '2025-03-01',
        visit: chronic('M08300'),
        yuan: 10_000,
        benefits: qualified('M08300', '2024-03-01'),
      },
      6_200,
      ['STL-LIMIT', 'ACC-BALANCE'],
    ],
    [
      'Nanning, 70 % less 100 a month',
      {
        pool: '450100',
        day: '2025-03-01',
        visit: chronic('M03900'),
        yuan: 1_000,
        benefits: qualified('M03900', '2023-01-01'),
      },
      600,
      ['ACC-BALANCE'],
    ],
    [
      'Zhongshan at the chosen community hospital',
      {
        pool: '442000',
        scheme: 'resident',
        day: '2025-03-01',
        visit: { hospitalLevel: 'community' },
        yuan: 100,
        benefits: chosen,
      },
      70,
      ['ACC-BALANCE'],
    ],
    [
      'Zhongshan elsewhere, by its policy and not refused',
      {
        pool: '442000',
        scheme: 'resident',
        day: '2025-03-01',
        visit: { hospitalLevel: 'community' },
        yuan: 100,
      },
      0,
      ['ACC-BALANCE'],
    ],
    [
      "Xi'an of 2017, a caesarean within 6,000",
      {
        pool: '610100',
        day: '2017-06-01',
        visit: { kind: 'maternity', diagnosisCode: 'O82', dischargeDate: localDate('2017-06-01') },
        yuan: 9_000,
      },
      6_000,
      ['STL-LIMIT', 'ACC-BALANCE'],
    ],
  ])('%s', (_, given, fundYuan, notes) => {
    const decision = settle(given);
    if (!decision.ok) throw new Error(`${decision.refusal.code} ${JSON.stringify(decision.refusal.values)}`);
    const { answer } = decision.added.settlement;
    expect(answer.shares.poolFundFen / 100).toBe(fundYuan);
    expect(answer.notes).toEqual(notes);
  });

  test.each<[string, Settled, string]>([
    [
      'a pool that has opened stays alone',
      { pool: '420100', day: '2025-03-01', visit: {}, yuan: 100 },
      'HOME-NOTOPEN',
    ],
    [
      'the day before the opening',
      { pool: '440100', day: '2024-12-31', visit: {}, yuan: 100 },
      'HOME-NOTOPEN',
    ],
    [
      'a disease whose limit the source does not name',
      {
        pool: '210200',
        day: '2025-03-01',
        visit: chronic('M03900'),
        yuan: 100,
        benefits: qualified('M03900', '2023-01-01'),
      },
      'POL-INPUT',
    ],
  ])('%s is refused', (_, given, code) => {
    const decision = settle(given);
    expect(decision.ok ? '' : decision.refusal.code).toBe(code);
  });
});
