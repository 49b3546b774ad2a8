import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import { compilePack, type Pack, type PolicyInput } from '@yijie/policy';
import fc from 'fast-check';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { MemoryRegion } from '../../../test/memory-region.ts';
import { naiveReplay, type ReplayedEffect } from '../../../test/naive-replay.ts';
import { readPacks } from '../../repositories/policy-packs.ts';
import { policyBookOf } from '../policy/packs-in-force.ts';
import type { Command, CommandHead } from './command.ts';
import { INPATIENT_ONLY } from './home-services.ts';
import { accumulatorKey } from './person-state.ts';

const POOL = '430100';
const PERSONS = ['employee', 'retired', 'resident'] as const;
const NOON = Date.parse('2025-06-02T04:00:00Z');

let packs: Pack[];
beforeAll(async () => {
  packs = await readPacks(PACKS_FOLDER, '430000');
});

type Step =
  | {
      kind: 'settle';
      person: number;
      totalFen: number;
      inScope: number;
      useAccount: boolean;
      level: number;
      month: number;
    }
  | { kind: 'refund'; which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('settle' as const),
    person: fc.nat({ max: PERSONS.length - 1 }),
    totalFen: fc.integer({ min: 0, max: 20_000_000 }),
    inScope: fc.integer({ min: 0, max: 100 }),
    useAccount: fc.boolean(),
    level: fc.nat({ max: 4 }),
    month: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ kind: fc.constant('refund' as const), which: fc.nat({ max: 40 }) }),
);

describe('accumulators and accounts are what a naive replay counts', () => {
  test('whatever is settled and refunded, in any order and any batches', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 }),
        (steps, batchSizes) => {
          const region = regionWithPersons();
          const commands = commandsOf(steps);
          let at = 0;
          for (const size of batchSizes) {
            region.decide(...commands.slice(at, at + size));
            at += size;
          }
          const replayed = naiveReplay(startBalances, effectsOf(region));
          for (const person of PERSONS) {
            expect(region.account(person)).toEqual({
              ownFen: replayed[person]?.own,
              familyFen: replayed[person]?.family,
            });
            for (const [key, used] of Object.entries(replayed[person]?.used ?? {})) {
              const [scheme, year] = key.split(' ') as ['employee', string];
              const { values } = region.accumulators.get(accumulatorKey(person, scheme, year)) ?? {
                values: {},
              };
              expect(withoutZeroes(values)).toEqual(withoutZeroes(used));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('refunding everything, last first or first first, leaves nothing used and the account whole', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), fc.boolean(), (steps, lastFirst) => {
        const region = regionWithPersons();
        const settles = commandsOf(steps.filter((one) => one.kind === 'settle'));
        region.decide(...settles);
        const refunds = settles.map((command, index) => refundOf(command, 1_000 + index));
        region.decide(...(lastFirst ? refunds.reverse() : refunds));
        for (const person of PERSONS)
          expect(region.account(person)).toEqual({
            ownFen: startBalances[person].own,
            familyFen: startBalances[person].family,
          });
        for (const { values } of region.accumulators.values()) expect(withoutZeroes(values)).toEqual({});
      }),
      { numRuns: 200 },
    );
  });
});

const startBalances = {
  employee: { own: 300_000, family: 0 },
  retired: { own: 50_000, family: 80_000 },
  resident: { own: 0, family: 0 },
} as const;

function regionWithPersons(): MemoryRegion {
  const region = new MemoryRegion({ policies: policyBookOf(packs), services: () => INPATIENT_ONLY });
  for (const person of PERSONS) {
    region.enrol(
      {
        personToken: person,
        homePool: POOL,
        scheme: person === 'resident' ? 'resident' : 'employee',
        personClass: person === 'employee' ? 'active' : person,
        birthDate: localDate('1960-01-01'),
        insuredStatus: 'ACTIVE',
        insuredFrom: localDate('2000-01-01'),
        contributionYears: 25,
        groups: [],
      },
      [
        {
          filingId: `filing-${person}`,
          type: person === 'employee' ? 'TM_REFERRAL' : 'LT_RESIDENT',
          targetRegion: '410100',
          from: localDate('2025-01-01'),
          state: 'EFFECTIVE',
          effectiveAt: 0 as Instant,
          proof: 'NONE',
          channel: 'COUNTER',
        },
      ],
      fen(startBalances[person].own),
      fen(startBalances[person].family),
    );
  }
  return region;
}

const LEVELS = ['community', 'L1', 'L2', 'L3', 'provincial'] as const;

function commandsOf(steps: readonly Step[]): Command[] {
  const made: Command[] = [];
  for (const [index, one] of steps.entries()) {
    if (one.kind === 'refund') {
      const settles = made.filter((command) => command.kind === 'settle');
      const original = settles[one.which % Math.max(1, settles.length)];
      if (original) made.push(refundOf(original, index));
      continue;
    }
    const inScopeFen = fen(Math.floor((one.totalFen * one.inScope) / 100));
    const parts = {
      totalFen: fen(one.totalFen),
      selfPaidFen: fen(one.totalFen - inScopeFen),
      overLimitFen: fen(0),
      prepaySelfFen: fen(0),
      inScopeFen,
    };
    made.push({
      ...headOf(PERSONS[one.person] as string, index),
      kind: 'settle',
      settledAtMs: Date.UTC(2025, one.month - 1, 15, 4),
      bill: {
        visit: {
          visitId: idOf(index),
          kind: 'inpatient',
          admissionDate: localDate(`2025-${one.month.toString().padStart(2, '0')}-02`),
          dischargeDate: localDate(`2025-${one.month.toString().padStart(2, '0')}-14`),
          emergency: false,
          injury: false,
          thirdPartyLiable: false,
          injuryStatementSigned: false,
          paidInFull: false,
          hospitalLevel: LEVELS[one.level] as 'L3',
          hospitalKind: 'general',
          institutionOpen: true,
          institutionSuspended: false,
          diseaseNotOpen: false,
        },
        totalFen: fen(one.totalFen),
        categories: [{ code: '09', ...parts }],
        groups: [{ group: '', ...parts }],
        lines: [],
        useAccount: one.useAccount,
      },
    });
  }
  return made;
}

function refundOf(original: Command, index: number): Command {
  return {
    ...headOf(original.personToken, index),
    kind: 'refund',
    settlementId: original.id,
    settlementKey: original.key,
    refundedAtMs: NOON,
  };
}

function idOf(index: number): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(index, 12);
  return id;
}

function headOf(personToken: string, index: number): CommandHead {
  const id = idOf(index);
  return {
    id,
    key: Buffer.from(id).toString('hex'),
    personToken,
    homePool: POOL,
    treatmentPool: '410100',
    institutionCode: 'H41010500123',
    sequence: index,
    expiresAtMs: NOON,
    replyPartition: null,
    traceParent: null,
    message: new Uint8Array(0),
    readAtMs: NOON,
  };
}

function effectsOf(region: MemoryRegion): ReplayedEffect[] {
  return region.effects.flatMap(({ command, effect }): ReplayedEffect[] => {
    if (effect.kind !== 'final' || effect.added === undefined) return [];
    const { settlement, policyInput } = effect.added;
    const pack = packs.find((one) => one.version === settlement.answer.policyVersion) as Pack;
    return [
      {
        person: command.personToken,
        id: command.key,
        undoes: command.kind === 'refund' ? command.settlementKey : undefined,
        scheme: settlement.answer.scheme,
        year: settlement.benefitYear,
        pack: compilePack(pack),
        ...(policyInput ? { asked: asked(policyInput) } : {}),
      },
    ];
  });
}

function asked({ facts, groups, account }: PolicyInput) {
  return { facts, groups, useAccount: account.useAccount };
}

function withoutZeroes(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}
