import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, localDate } from '@yijie/calendar';
import type { Filing } from '@yijie/filing';
import { fen } from '@yijie/money';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { readPacks } from '../../repositories/policy-packs.ts';
import type { Member } from '../members/member.ts';
import { policyBookOf } from '../policy/packs-in-force.ts';
import { NO_BENEFITS } from './benefits.ts';
import type { Bill, VisitFacts } from './command.ts';
import { diagnoseVisit, type Finding, HOME_CHECKS } from './diagnose-visit.ts';
import { type HomeServices, INPATIENT_ONLY } from './home-services.ts';
import type { HomeRules, PersonView, SettleQuestion } from './settle.ts';

const POOL = '430100';
const NOON = Date.parse('2025-06-02T04:00:00Z');
const MEMBER: Member = {
  personToken: 'p',
  homePool: POOL,
  scheme: 'employee',
  personClass: 'active',
  birthDate: localDate('1980-01-01'),
  insuredStatus: 'ACTIVE',
  insuredFrom: localDate('2010-01-01'),
  contributionYears: 15,
  groups: [],
};
const FILING: Filing = {
  filingId: 'F1',
  type: 'TM_OTHER',
  targetRegion: '410100',
  from: localDate('2025-05-01'),
  until: localDate('2025-12-01'),
  state: 'EFFECTIVE',
  effectiveAt: 1 as Instant,
  proof: 'NONE',
  channel: 'NHSA_APP',
};
const VISIT: VisitFacts = {
  visitId: new Uint8Array(16),
  kind: 'inpatient',
  admissionDate: localDate('2025-05-20'),
  dischargeDate: localDate('2025-06-01'),
  emergency: false,
  injury: false,
  thirdPartyLiable: false,
  injuryStatementSigned: false,
  paidInFull: false,
  hospitalLevel: 'L3',
  hospitalKind: 'general',
  institutionOpen: true,
  institutionSuspended: false,
  diseaseNotOpen: false,
};

let rules: HomeRules;
beforeAll(async () => {
  rules = {
    policies: policyBookOf(await readPacks(PACKS_FOLDER, '430000')),
    services: () => INPATIENT_ONLY,
  };
});

interface Case {
  readonly member?: Partial<Member>;
  readonly visit?: Partial<VisitFacts>;
  readonly filings?: readonly Filing[];
  readonly totalFen?: number;
  readonly ownFen?: number;
  readonly quoteHash?: Uint8Array;
  readonly services?: Partial<HomeServices>;
}

function diagnose(given: Case): readonly Finding[] {
  const totalFen = fen(given.totalFen ?? 1_000_000);
  const parts = { totalFen, selfPaidFen: fen(0), overLimitFen: fen(0), prepaySelfFen: fen(0) };
  const bill: Bill = {
    visit: { ...VISIT, ...given.visit },
    totalFen,
    categories: totalFen === 0 ? [] : [{ code: '01', ...parts, inScopeFen: totalFen }],
    groups: totalFen === 0 ? [] : [{ group: '', ...parts, inScopeFen: totalFen }],
    lines:
      totalFen === 0 ? [] : [{ lineNumber: 1, category: '01', group: '', ...parts, inScopeFen: totalFen }],
    useAccount: true,
  };
  const person: PersonView = {
    member: { ...MEMBER, ...given.member },
    filings: given.filings ?? [FILING],
    benefits: NO_BENEFITS,
    account: { ordinal: 1, ownFen: fen(given.ownFen ?? 100_000_000), familyFen: fen(0) },
    accumulators: () => ({ ordinal: 0, values: {} }),
  };
  const question: SettleQuestion = {
    settlementId: new Uint8Array(0),
    personToken: 'p',
    homePool: POOL,
    treatmentPool: '410100',
    institutionCode: 'H41010599901',
    bill,
    settledAtMs: NOON,
  };
  const services = { ...INPATIENT_ONLY, ...given.services };
  return diagnoseVisit({ ...rules, services: () => services }, person, {
    ...question,
    quoteHash: given.quoteHash,
  });
}

function failedOf(found: readonly Finding[]): string[] {
  return found.filter(({ state }) => state === 'FAILED').map(({ check, code }) => `${check} ${code}`);
}

describe('diagnosing a visit at home', () => {
  test('a visit in order passes every check; without a quote nothing can have moved since', () => {
    const found = diagnose({});
    expect(found.map(({ check }) => check)).toEqual(HOME_CHECKS);
    expect(failedOf(found)).toEqual([]);
    expect(found.filter(({ state }) => state !== 'PASSED').map(({ check }) => check)).toEqual([
      'accumulators',
    ]);
  });

  test.each<[string, Case, string[]]>([
    ['arrears', { member: { insuredStatus: 'ARREARS' } }, ['enrolment ENR-INACTIVE']],
    ['moved', { member: { insuredStatus: 'MOVED' } }, ['enrolment ENR-MOVED']],
    ['another pool', { member: { homePool: '430200' } }, ['credential CRD-TOKEN']],
    ['a service not opened', { visit: { kind: 'outpatient' } }, ['home-opening HOME-NOTOPEN']],
    ['not networked', { visit: { institutionOpen: false } }, ['networked ORG-NOTNET']],
    ['suspended', { visit: { institutionSuspended: true } }, ['suspension ORG-SUSPENDED']],
    ['third party', { visit: { injury: true, thirdPartyLiable: true } }, ['injury INJ-3P']],
    ['no statement', { visit: { injury: true } }, ['injury INJ-STMT']],
    [
      'insured from tomorrow',
      { member: { insuredFrom: localDate('2025-06-03') } },
      ['enrolment ENR-INACTIVE'],
    ],
    [
      'a chronic visit without qualification, at a hospital not opened for the disease',
      {
        visit: { kind: 'chronic', chronicDiseaseCode: 'M03900', diseaseNotOpen: true },
        services: { opened: ['chronic'] },
      },
      ['chronic CHR-QUAL', 'policy POL-INPUT'],
    ],
    [
      'a disease that is not on the list',
      { visit: { kind: 'chronic', chronicDiseaseCode: 'M99900' }, services: { opened: ['chronic'] } },
      ['chronic CHR-LIST'],
    ],
    [
      'a hospital that was not chosen',
      {
        visit: { kind: 'outpatient', admissionDate: localDate('2025-06-02') },
        services: {
          opened: ['outpatient'],
          outpatientHospitals: { atMost: 1, notChosen: 'refused', pharmacies: 'free' },
        },
      },
      ['chosen-hospital ORG-NOTCHOSEN', 'policy POL-INPUT'],
    ],
    ['no filing', { filings: [] }, ['filing FIL-NONE']],
    ['pending', { filings: [{ ...FILING, state: 'REQUESTED' }] }, ['filing FIL-PENDING']],
    ['another region', { filings: [{ ...FILING, targetRegion: '440100' }] }, ['filing FIL-REGION']],
    ['ended', { filings: [{ ...FILING, until: localDate('2025-05-10') }] }, ['filing FIL-EXPIRED']],
    ['paid in full', { filings: [], visit: { paidInFull: true } }, ['filing FIL-AFTER']],
    ['maternity closed', { visit: { kind: 'maternity' } }, ['maternity MAT-CLOSED']],
    ['a quote that moved', { quoteHash: new Uint8Array(16) }, ['accumulators STL-DRIFT']],
    ['charges not yet there', { totalFen: 0, filings: [] }, ['filing FIL-NONE']],
  ])('%s', (_, given, failures) => {
    expect(failedOf(diagnose(given))).toEqual(failures);
  });

  test('everything that stands in the way is told at once', () => {
    const found = diagnose({
      member: { insuredStatus: 'ARREARS' },
      visit: { institutionSuspended: true, injury: true },
      filings: [],
      quoteHash: new Uint8Array(16),
    });
    expect(failedOf(found)).toEqual([
      'enrolment ENR-INACTIVE',
      'suspension ORG-SUSPENDED',
      'injury INJ-STMT',
      'filing FIL-NONE',
      'accumulators STL-DRIFT',
    ]);
  });

  test('what cannot be put right leaves the checks behind it not reached', () => {
    const found = diagnose({ member: { homePool: '430200' } });
    expect(found.slice(1).every(({ state }) => state === 'NOT_REACHED')).toBe(true);
  });

  test('notes stand beside checks that pass', () => {
    const noteOf = (given: Case, check: string) => {
      const finding = diagnose(given).find((one) => one.check === check);
      return [finding?.state, finding?.code];
    };
    expect(noteOf({ ownFen: 1 }, 'account')).toEqual(['PASSED', 'ACC-BALANCE']);
    expect(noteOf({ totalFen: 500_000_000 }, 'limits')).toEqual(['PASSED', 'STL-LIMIT']);
    expect(noteOf({ filings: [], visit: { emergency: true } }, 'filing')).toEqual(['PASSED', 'OK-DEEMED']);
  });
});
