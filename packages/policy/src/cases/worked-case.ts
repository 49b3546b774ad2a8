import { localDate } from '@yijie/calendar';
import {
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  SCHEMES,
  VISIT_KINDS,
} from '@yijie/codes';
import { type Fen, parseYuan } from '@yijie/money';
import * as z from 'zod';
import { ACCUMULATOR_NAMES } from '../accumulators.ts';
import type { PolicyInput } from '../contract.ts';

/**
 * A published example as a bureau clerk writes it down, in `cases.json` beside the packs: amounts in yuan as text,
 * what the source states, and the amounts it prints. Visits follow each other, so that a case can hold a year.
 */
const yuan = z.string().transform((input, ctx): Fen => {
  const amount = parseYuan(input);
  if (amount !== undefined && amount >= 0) return amount;
  ctx.issues.push({ code: 'custom', input, message: 'must be yuan as text, e.g. "125790.00"' });
  return 0 as Fen;
});
const text = z.string().min(1);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .transform((input, ctx) => {
    try {
      return localDate(input);
    } catch {
      ctx.issues.push({ code: 'custom', input, message: 'must be a day that exists' });
      return z.NEVER;
    }
  });

const facts = z.strictObject({
  scheme: z.enum(SCHEMES),
  personClass: z.enum(PERSON_CLASSES),
  ageYears: z.number().int().nonnegative(),
  insuredYears: z.number().int().nonnegative(),
  groups: z.array(text),
  visitKind: z.enum(VISIT_KINDS),
  diseaseCode: text.optional(),
  hospitalLevel: z.enum(HOSPITAL_LEVELS),
  hospitalKind: z.enum(HOSPITAL_KINDS),
  ratioClass: z.enum(RATIO_CLASSES),
  admissionDate: day,
  dischargeDate: day.optional(),
  settlementDate: day,
  treatmentPool: z.string().regex(/^\d{6}$/),
  staysInInstitution: z.number().int().nonnegative().optional(),
  monthsSinceApproval: z.number().int().nonnegative().optional(),
  isChosenInstitution: z.boolean().optional(),
});

const bill = z.strictObject({
  group: z.string().optional(),
  total: yuan,
  selfPaid: yuan.optional(),
  overLimit: yuan.optional(),
  prepaySelf: yuan.optional(),
});

/** Names of amounts that an example may print, besides `layer.<name>` for one layer's payment. */
export const EXPECTED_NAMES = [
  'poolFund',
  'largeAmount',
  'seriousIllness',
  'civilServant',
  'enterpriseSupplement',
  'medicalAid',
  'otherFund',
  'fundTotal',
  'personal',
  'personalCash',
  'deductible',
] as const;

const expected = z.record(
  z.string().regex(new RegExp(`^(${EXPECTED_NAMES.join('|')}|layer\\.[a-zA-Z-]+)$`)),
  yuan,
);

const visit = z.strictObject({
  facts: facts.partial().optional(),
  bill: z.array(bill).min(1),
  expected,
});

const workedCase = z.strictObject({
  id: text,
  title: text,
  source: text,
  grade: z.enum(['A', 'B', 'own']),
  /** The pack's file in the same folder. */
  pack: text,
  facts: facts.partial().optional(),
  /** What the year held before the first visit: counters as numbers, amounts in yuan as text. */
  before: z.record(text, z.union([z.number().int().nonnegative(), yuan])).optional(),
  /** How far the source's printing may be off, in yuan; left out means to the fen. */
  precision: yuan.optional(),
  /** What the source leaves open and how the case fills it. */
  note: text.optional(),
  visits: z.array(visit).min(1),
});

const caseFile = z.strictObject({
  note: text.optional(),
  /** Facts of every case of the file that a case doesn't state itself. */
  facts,
  cases: z.array(workedCase).min(1),
});

export type CaseFile = z.output<typeof caseFile>;
export type WorkedCase = z.output<typeof workedCase>;

export type ParsedCases =
  | { readonly ok: true; readonly file: CaseFile }
  | {
      readonly ok: false;
      readonly problems: readonly { readonly field: string; readonly message: string }[];
    };

/** Reads a `cases.json`; everything wrong is a problem with its place. */
export function parseCases(jsonText: string): ParsedCases {
  let input: unknown;
  try {
    input = JSON.parse(jsonText);
  } catch (error) {
    return { ok: false, problems: [{ field: '', message: `must be JSON: ${(error as Error).message}` }] };
  }
  const parsed = caseFile.safeParse(input);
  if (parsed.success) return { ok: true, file: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({
      field: issue.path.join('.'),
      message: issue.message,
    })),
  };
}

/** The input of one visit of a case, the year's accumulators given. */
export function caseInput(
  file: CaseFile,
  worked: WorkedCase,
  index: number,
  accumulators: PolicyInput['accumulators'],
): PolicyInput {
  const given = worked.visits[index];
  return {
    facts: { ...file.facts, ...worked.facts, ...given?.facts } as PolicyInput['facts'],
    groups: (given?.bill ?? []).map((part) => {
      const selfPaid = part.selfPaid ?? 0;
      const overLimit = part.overLimit ?? 0;
      const prepaySelf = part.prepaySelf ?? 0;
      return {
        group: part.group ?? '',
        totalFen: part.total,
        selfPaidFen: selfPaid as Fen,
        overLimitFen: overLimit as Fen,
        prepaySelfFen: prepaySelf as Fen,
        inScopeFen: (part.total - selfPaid - overLimit - prepaySelf) as Fen,
      };
    }),
    accumulators,
    account: { ownAccountFen: 0 as Fen, familyAccountFen: 0 as Fen, useAccount: false },
  };
}

/** Counters stand as numbers, amounts as yuan: a number under an amount's name would be a slip. */
export function isAmountName(name: string): boolean {
  return name.includes('Fen') || !(ACCUMULATOR_NAMES as readonly string[]).includes(name);
}
