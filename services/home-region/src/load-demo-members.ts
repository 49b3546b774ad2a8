import { readFile } from 'node:fs/promises';
import { type LocalDate, localDateFromNumber, startOfDay } from '@yijie/calendar';
import { FILING_TYPES, PERSON_CLASSES, SCHEMES } from '@yijie/codes';
import { CHANNELS } from '@yijie/filing';
import { fen } from '@yijie/money';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { z } from 'zod';
import { NO_PARTICULARS } from './application/filing/filing-particulars.ts';
import type { Registry } from './application/filing/filing-registry.ts';
import { type FilingForm, submitFiling } from './application/filing/submit-filing.ts';
import { type EnrolledMember, type PutMembersParts, putMembers } from './application/members/put-members.ts';
import { INSURED_STATUSES } from './core/members/member.ts';

const day = z.number().transform((value, context): LocalDate => {
  const date = localDateFromNumber(value);
  if (date !== undefined) return date;
  context.addIssue('must be a day, YYYYMMDD');
  return z.NEVER;
});

const filing = z.strictObject({
  type: z.enum(FILING_TYPES),
  targetRegion: z.string(),
  from: day,
  /** 0: without end, or the default of the type. */
  until: z.union([z.literal(0).transform(() => undefined), day]),
  channel: z.enum(CHANNELS),
  byCommitment: z.boolean(),
  appliedOn: day,
});

const member = z.strictObject({
  certificateNumber: z.string(),
  name: z.string(),
  gender: z.enum(['1', '2', '9']),
  birthDate: day,
  homePool: z.string(),
  scheme: z.enum(SCHEMES),
  personClass: z.enum(PERSON_CLASSES),
  insuredStatus: z.enum(INSURED_STATUSES),
  insuredFrom: day,
  contributionYears: z.int(),
  groups: z.array(z.string()),
  accountBalanceFen: z.int(),
  familyAccountBalanceFen: z.int(),
  credentialToken: z.string(),
  filings: z.array(filing),
});

const demoMembers = z.object({ members: z.array(member) });

export type DemoMembers = z.output<typeof demoMembers>;

export async function readDemoMembers(file: string): Promise<DemoMembers> {
  return demoMembers.parse(JSON.parse(await readFile(file, 'utf8')));
}

const ACTOR = { name: 'demo', pool: undefined, withSecondPerson: true };
/** Filings of the demo are made at nine in the morning of their day. */
const NINE_MS = 9 * 3_600_000;

/** Enrols invented members with their filings, dated as they say. Loading them again changes nothing. */
export async function loadDemoMembers(
  parts: PutMembersParts & {
    readonly database: Database;
    readonly clock: Clock;
    readonly registry: Registry;
  },
  demo: DemoMembers,
): Promise<string[]> {
  const { database, clock } = parts;
  return database.transaction(async (tx) => {
    const put = await putMembers(parts, tx, demo.members.map(enrolled), clock.now());
    if (!put.ok) throw new Error(`demo members are refused: ${put.code}`);
    const { tokens } = put;
    for (const [index, { filings }] of demo.members.entries()) {
      for (const { appliedOn, ...form } of filings) {
        const nowMs = startOfDay(appliedOn) + NINE_MS;
        const result = await submitFiling(
          parts.registry,
          tx,
          tokens[index] as string,
          { ...form, particulars: NO_PARTICULARS } satisfies FilingForm,
          ACTOR,
          nowMs,
        );
        if (!result.ok && result.code !== 'FIL-DUP' && result.code !== 'FIL-LONGTERM')
          throw new Error(`a demo filing is refused: ${result.code} ${JSON.stringify(result.values)}`);
      }
    }
    return [...tokens];
  });
}

function enrolled(one: DemoMembers['members'][number]): EnrolledMember {
  const { accountBalanceFen, familyAccountBalanceFen, filings: _, ...rest } = one;
  return { ...rest, ownAccountFen: fen(accountBalanceFen), familyAccountFen: fen(familyAccountBalanceFen) };
}
