import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Route, VisitKind } from '@yijie/contracts/common';
import { Command } from '@yijie/contracts/exchange';
import type { Settlement } from '@yijie/contracts/treatment';
import pg from 'pg';
import { readBooks } from '../support/books.ts';
import { INSTITUTION, OTHER_INSTITUTION } from '../support/cluster.ts';
import { classB, inScope, OutpatientDesk, type Terms, totalOf } from '../support/outpatient-desk.ts';
import {
  COUNTY_POOL,
  type Person,
  type VisitKindsCluster,
  visitKindsCluster,
} from '../support/visit-kinds-cluster.ts';

let world: VisitKindsCluster;
let hospital: OutpatientDesk;
let pharmacy: OutpatientDesk;
const tokens = new Map<Person, string>();
const token = (person: Person) => tokens.get(person) ?? '';

beforeAll(async () => {
  world = await visitKindsCluster();
  const address = world.cluster.treatmentSites[0]?.grpc ?? '';
  const { keyFolder } = world.cluster;
  hospital = await OutpatientDesk.at(keyFolder, address, INSTITUTION);
  pharmacy = await OutpatientDesk.at(keyFolder, address, OTHER_INSTITUTION);
  const persons = Object.entries(world.persons) as [Person, (typeof world.persons)[Person]][];
  // The first question waits for the readers of both sides.
  await Promise.all(persons.map(async ([name, person]) => tokens.set(name, await hospital.verify(person))));
}, 120_000);

afterAll(async () => {
  hospital?.close();
  pharmacy?.close();
  await world?.remove();
});

const OUTPATIENT: Terms = { kind: VisitKind.OUTPATIENT };
const chronic = (chronicDiseaseCode: string): Terms => ({ kind: VisitKind.CHRONIC, chronicDiseaseCode });

function settled(answer: Settlement | string): Settlement {
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

/** Fund, own account and cash in yuan. */
function paid(answer: Settlement | string): number[] {
  const { shares } = settled(answer);
  return [shares?.poolFundFen, shares?.ownAccountFen, shares?.personalCashFen].map((fen) => (fen ?? 0) / 100);
}

describe('ordinary outpatient visits', () => {
  test('need a chosen hospital where the home region keeps a list; a pharmacy is free of it', async () => {
    const before = await hospital.checkBenefit(token('employee'), OUTPATIENT);
    expect([before.route, before.code]).toEqual([Route.SELF, 'ORG-NOTCHOSEN']);
    expect((await pharmacy.checkBenefit(token('employee'), OUTPATIENT)).code).toBe('OK');
    expect(await world.choose(token('employee'), [INSTITUTION, OTHER_INSTITUTION, 'H41010599903'])).toBe(
      'ORG-CHOICE',
    );
    expect(await world.choose(token('employee'), [INSTITUTION])).toBe('');
    expect((await hospital.checkBenefit(token('employee'), OUTPATIENT)).code).toBe('OK');
  });

  test('settle from registration to refund, with the balance of the account and cash for the rest', async () => {
    const lines = [inScope(4), classB(2, { lineNumber: 2 })];
    // In scope 400 + 180; 200 of the year's deductible; 60 % less 10 points for a referral.
    const first = settled(await hospital.visit(token('employee'), OUTPATIENT, lines, { useAccount: true }));
    expect(paid(first)).toEqual([190, 100, 310]);
    expect(first.notes).toContain('ACC-BALANCE');
    expect(first.deductiblePaidFen).toBe(20_000);
    expect(await hospital.slip(first.settlementId)).toContain('异地就医门诊结算单');
    // The deductible of the year is met and the account empty.
    const second = settled(await hospital.visit(token('employee'), OUTPATIENT, lines, { useAccount: true }));
    expect(paid(second)).toEqual([290, 0, 310]);
    const refund = await hospital.refund(first.settlementId);
    expect(refund.shares?.poolFundFen).toBe(-19_000);
    expect(refund.recalculationSuggested).toBe(true);
    // The first one's deductible and account are there again.
    expect(paid(await hospital.visit(token('employee'), OUTPATIENT, lines, { useAccount: true }))).toEqual([
      190, 100, 310,
    ]);
  });

  test('stop paying at the limit of the year, and settle all the same', async () => {
    // 190 + 290 were paid; the limit of the year is 1,200.
    const answer = settled(await hospital.visit(token('employee'), OUTPATIENT, [inScope(20)]));
    expect(paid(answer)).toEqual([720, 0, 1_280]);
    expect(answer.notes).toContain('STL-LIMIT');
  });

  test('send the home region every line as it was split, and no diagnosis', async () => {
    const commands = await sentSettlements();
    const outpatient = commands.filter(({ visit }) => visit?.kind === VisitKind.OUTPATIENT);
    expect(outpatient.length).toBeGreaterThan(0);
    for (const { lines, totalFen, categories, visit } of outpatient) {
      expect(lines.reduce((sum, line) => sum + line.totalFen, 0)).toBe(totalFen);
      expect(lines.reduce((sum, line) => sum + line.inScopeFen, 0)).toBe(
        categories.reduce((sum, category) => sum + category.inScopeFen, 0),
      );
      expect(visit?.diagnosisCode).toBe('');
    }
    expect(outpatient[0]?.lines[1]).toMatchObject({
      lineNumber: 2,
      nationalCode: 'NRDL2024-W-46.1',
      totalFen: 20_000,
      prepaySelfFen: 2_000,
      inScopeFen: 18_000,
    });
  });

  test('are settled by a pharmacy with items of its own, at the ratio for pharmacies', async () => {
    expect(await pharmacy.visit(token('injured'), OUTPATIENT, [inScope(4)])).toBe('CAT-UNMAPPED');
    expect(await pharmacy.map('XY001', 'NRDL2024-W-312')).toBe('');
    // (400 − 200) × (50 % − 10 points)
    const answer = settled(await pharmacy.visit(token('injured'), OUTPATIENT, [inScope(4)]));
    expect(paid(answer)).toEqual([80, 0, 320]);
    await pharmacy.refund(answer.settlementId);
  });

  test('take a return, some lines before and some with the settlement, and at most 1,000', async () => {
    await world.choose(token('limited'), [INSTITUTION]);
    const visitId = await hospital.register(token('limited'), OUTPATIENT);
    const before = [inScope(4), { ...inScope(-1), lineNumber: 2 }];
    expect(await hospital.upload(visitId, ...before)).toBe('');
    const rest = Array.from({ length: 998 }, (_, index) => ({ ...inScope(0.1), lineNumber: index + 3 }));
    const tooMany = [...rest, { ...inScope(0.1), lineNumber: 1_001 }];
    expect(await hospital.upload(visitId, ...tooMany)).toBe('CAT-VISIT-LINES');
    const totalFen = totalOf([...before, ...rest]);
    expect(totalFen).toBe(1_028_000);
    // (10,280 − 200) × 50 % stops at the limit of the year, 1,200.
    const answer = await hospital.settle(visitId, totalFen, undefined, false, rest);
    expect(paid(answer)).toEqual([1_200, 0, 9_080]);
    const sent = (await sentSettlements()).find(({ lines }) => lines.length === 1_000);
    expect(sent?.lines.find(({ lineNumber }) => lineNumber === 2)?.inScopeFen).toBe(-10_000);
    await hospital.refund(settled(answer).settlementId);
  });

  test('need no filing where the home region waives it, and an emergency makes its own', async () => {
    const waived = settled(
      await hospital.visit(token('county'), OUTPATIENT, [inScope(1)], { homePool: COUNTY_POOL }),
    );
    expect([waived.eligibilityCode, paid(waived)[0]]).toEqual(['OK', 50]);
    expect((await hospital.checkBenefit(token('unfiled'), OUTPATIENT)).code).toBe('FIL-NONE');
    const emergency = settled(
      await hospital.visit(token('unfiled'), { ...OUTPATIENT, emergency: true }, [inScope(3)]),
    );
    expect([emergency.eligibilityCode, paid(emergency)[0]]).toEqual(['OK-DEEMED', 50]);
    // Deemed for that visit alone.
    expect((await hospital.checkBenefit(token('unfiled'), OUTPATIENT)).code).toBe('FIL-NONE');
  });
});

describe('chronic visits', () => {
  test.each<[string, Person, Terms, string]>([
    ['a disease that is not on the list', 'patient', chronic('M99900'), 'CHR-LIST'],
    ['a listed one that the hospital opens a day later', 'patient', chronic('M07801'), 'CHR-ORG'],
    [
      'the list of 2024-11-30 had five diseases',
      'patient',
      { ...chronic('M04600'), admissionDate: 20_241_130 },
      'CHR-LIST',
    ],
    ['no qualification at home', 'patient', chronic('M03900'), 'CHR-QUAL'],
  ])('are refused for %s, and never settled as ordinary outpatient', async (_, person, terms, code) => {
    expect(await hospital.visit(token(person), terms, [inScope(1)])).toBe(code);
  });

  test('are refused at a hospital that the qualification does not name', async () => {
    await world.qualify(token('limited'), 'M03900', ['H41010599903']);
    expect(await hospital.visit(token('limited'), chronic('M03900'), [inScope(1)])).toBe('CHR-ORG');
  });

  test('pay by disease within the limit of the month; a refund gives the limit back', async () => {
    await world.qualify(token('patient'), 'M03900', [INSTITUTION]);
    await world.qualify(token('patient'), 'M01600');
    const visit = (disease: string) => hospital.visit(token('patient'), chronic(disease), [inScope(3)]);
    const first = settled(await visit('M03900'));
    expect(paid(first)).toEqual([240, 0, 60]);
    const second = settled(await visit('M03900'));
    expect(paid(second)).toEqual([60, 0, 240]);
    expect(second.notes).toContain('STL-LIMIT');
    expect(paid(await visit('M01600'))).toEqual([240, 0, 60]);
    await hospital.refund(first.settlementId);
    expect(paid(await visit('M03900'))).toEqual([240, 0, 60]);
  });

  test.each([
    ['quarter', 'resident', '430100', 1_000, 60],
    ['year', 'county', COUNTY_POOL, 1_500, 70],
  ] as const)('pay within the limit of the %s', async (_, person, homePool, limit, percent) => {
    await world.qualify(token(person), 'M03900', [], homePool);
    const visit = () => hospital.visit(token(person), chronic('M03900'), [inScope(20)], { homePool });
    const first = 20 * percent;
    expect(paid(await visit())[0]).toBe(Math.min(first, limit));
    expect(paid(await visit())[0]).toBe(limit - Math.min(first, limit));
  });
});

describe('maternity', () => {
  const birth = async (person: Person, diagnosisCode: string, change: Partial<Terms> = {}, pool?: string) => {
    const lines = [inScope(12)];
    const visitId = await hospital.register(token(person), { kind: VisitKind.MATERNITY, ...change }, pool);
    expect(await hospital.upload(visitId, ...lines)).toBe('');
    expect(await hospital.discharge(visitId, lines, diagnosisCode)).toBe('');
    return hospital.settle(visitId, totalOf(lines));
  };

  test('pays by the kind of delivery at discharge, from a filing for it', async () => {
    const natural = settled(await birth('mother', 'O80.900'));
    expect([natural.eligibilityCode, paid(natural)[0]]).toEqual(['OK', 800]);
    await hospital.refund(natural.settlementId);
    expect(paid(await birth('mother', 'O82.900'))[0]).toBe(1_200);
    const commands = await sentSettlements();
    const codes = commands.filter(({ visit }) => visit?.kind === VisitKind.MATERNITY);
    expect(codes.map(({ visit }) => visit?.diagnosisCode)).toEqual(['O80', 'O82']);
  });

  test('needs a filing or an emergency, and both sides opened', async () => {
    expect((await hospital.checkBenefit(token('unfiled'), { kind: VisitKind.MATERNITY })).code).toBe(
      'FIL-NONE',
    );
    expect(settled(await birth('unfiled', 'O80.900', { emergency: true })).eligibilityCode).toBe('OK-DEEMED');
    const closed = await hospital.checkBenefit(token('county'), { kind: VisitKind.MATERNITY }, COUNTY_POOL);
    expect([closed.route, closed.code]).toEqual([Route.SELF, 'MAT-CLOSED']);
  });
});

describe('what stands in the way of any kind', () => {
  test.each<[string, Person, Partial<Terms>, string]>([
    ['a third party is liable', 'injured', { injury: true, thirdPartyLiable: true }, 'INJ-3P'],
    ['the statement is not signed', 'injured', { injury: true }, 'INJ-STMT'],
    ['a filing for another region', 'elsewhere', {}, 'FIL-REGION'],
    ['cover that begins later', 'waiting', {}, 'ENR-INACTIVE'],
    ['arrears', 'arrears', {}, 'ENR-INACTIVE'],
  ])('%s', async (_, person, change, code) => {
    expect(await hospital.visit(token(person), { ...OUTPATIENT, ...change }, [inScope(1)])).toBe(code);
  });

  test('insurance that moved, at the first question', () => {
    expect(token('moved')).toBe('ENR-MOVED');
  });

  test('an institution that opened a service later, for visits of before', async () => {
    const early = { ...OUTPATIENT, admissionDate: 20_250_114 };
    expect(await hospital.register(token('employee'), early)).toBe('ORG-NOTNET');
  });

  test('everything at once, for an outpatient visit with its lines', async () => {
    const visitId = await hospital.register(token('patient'), { ...OUTPATIENT, injury: true });
    await hospital.upload(visitId, inScope(1), classB(1, { lineNumber: 2 }));
    expect(await hospital.diagnose(visitId)).toEqual(['injury INJ-STMT', 'chosen-hospital ORG-NOTCHOSEN']);
  });

  test('a signed statement, and an emergency in a third region, settle', async () => {
    await world.choose(token('injured'), [INSTITUTION]);
    const visitId = await hospital.register(token('injured'), { ...OUTPATIENT, injury: true });
    await hospital.upload(visitId, inScope(3));
    expect((await hospital.preSettle(visitId, 30_000)).failure?.code).toBe('INJ-STMT');
    await hospital.change(visitId, { ...OUTPATIENT, injury: true, injuryStatementSigned: true });
    expect(paid(await hospital.settle(visitId, 30_000))[0]).toBe(50);
    const third = await hospital.visit(token('elsewhere'), { ...OUTPATIENT, emergency: true }, [inScope(3)]);
    expect(settled(third).eligibilityCode).toBe('OK-DEEMED');
  });
});

test('an outside examination joins the stay and stands on its slip; an outpatient visit takes none', async () => {
  const lines = [inScope(30), classB(2, { lineNumber: 2, outsideInstitutionCode: 'H41010299903' })];
  const visitId = await hospital.register(token('inpatient'), { kind: VisitKind.INPATIENT });
  const own = { ...classB(1, { lineNumber: 3 }), outsideInstitutionCode: INSTITUTION };
  expect(await hospital.upload(visitId, own)).toBe('CAT-OUTSIDE');
  expect(await hospital.upload(visitId, ...lines)).toBe('');
  expect(await hospital.discharge(visitId, lines, 'C50.900')).toBe('');
  // (3,000 + 180 − 1,000) × 70 %
  const stay = settled(await hospital.settle(visitId, totalOf(lines)));
  expect(paid(stay)).toEqual([1_526, 0, 1_674]);
  expect(await hospital.slip(stay.settlementId)).toContain('机构 H41010299903，1 项，200.00 元');
  const outpatient = [inScope(1, { outsideInstitutionCode: 'H41010299903' })];
  expect(await hospital.visit(token('inpatient'), OUTPATIENT, outpatient)).toBe('CAT-OUTSIDE');
});

test('a stay across the turn of the year is shared out by days, and a refund gives both years back', async () => {
  const lines = [inScope(30)];
  const terms = { kind: VisitKind.INPATIENT, admissionDate: 20_241_227 };
  const visitId = await hospital.register(token('county'), terms, COUNTY_POOL);
  await hospital.upload(visitId, ...lines);
  await hospital.discharge(visitId, lines, 'C50.900');
  const stay = settled(await hospital.settle(visitId, totalOf(lines)));
  expect(paid(stay)).toEqual([1_500, 0, 1_500]);
  // 5 of 40 days were of 2024.
  expect(await inpatientYears(token('county'))).toEqual({
    2024: { fundFen: 18_750, stays: 0 },
    2025: { fundFen: 131_250, stays: 1 },
  });
  expect(stay.yearPoolUsedFen).toBeGreaterThanOrEqual(131_250);
  await hospital.refund(stay.settlementId);
  expect(await inpatientYears(token('county'))).toEqual({
    2024: { fundFen: 0, stays: 0 },
    2025: { fundFen: 0, stays: 0 },
  });
});

test('both sides and their facts balance to the fen', async () => {
  expect((await readBooks(world.cluster)).flaws).toEqual([]);
});

/** What the home region got to settle, oldest first. */
async function sentSettlements() {
  const rows = await homeRows<{ command: Buffer }>(
    'SELECT command FROM settlement WHERE original_id IS NULL ORDER BY settlement_id',
  );
  return rows.flatMap((row) => {
    const { body } = Command.decode(row.command);
    return body?.$case === 'settle' ? [body.settle] : [];
  });
}

/** What stays of each benefit year have used. */
async function inpatientYears(personToken: string) {
  const rows = await homeRows<{ benefit_year: string; values_after: Record<string, number> }>(
    `SELECT DISTINCT ON (benefit_year) benefit_year, values_after FROM accumulator_entry WHERE person_token = $1
      ORDER BY benefit_year, ordinal DESC`,
    [personToken],
  );
  return Object.fromEntries(
    rows.map(({ benefit_year: year, values_after: values }) => [
      year,
      { fundFen: values.inpatientFundFen ?? 0, stays: values.inpatientStays ?? 0 },
    ]),
  );
}

async function homeRows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: world.cluster.homeDatabaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
