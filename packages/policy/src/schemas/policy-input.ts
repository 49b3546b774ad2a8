import { parseLocalDate } from '@yijie/calendar';
import {
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  SCHEMES,
  VISIT_KINDS,
} from '@yijie/codes';
import * as z from 'zod';
import type { PolicyInput } from '../contract.ts';

/** Largest single amount: a hundred million yuan in fen. */
const FEN_MAX = 10_000_000_000;

const fenAmount = z.number().int().min(0).max(FEN_MAX);
const years = z.number().int().min(0).max(130);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => parseLocalDate(text) !== undefined, 'must be a day that exists');

const facts = z.strictObject({
  scheme: z.enum(SCHEMES),
  personClass: z.enum(PERSON_CLASSES),
  ageYears: years,
  insuredYears: years,
  groups: z.array(z.string().min(1)),
  visitKind: z.enum(VISIT_KINDS),
  diseaseCode: z.string().min(1).optional(),
  hospitalLevel: z.enum(HOSPITAL_LEVELS),
  hospitalKind: z.enum(HOSPITAL_KINDS),
  ratioClass: z.enum(RATIO_CLASSES),
  admissionDate: day,
  dischargeDate: day.optional(),
  settlementDate: day,
  treatmentPool: z.string().regex(/^\d{6}$/),
  staysInInstitution: z.number().int().min(0).optional(),
  transferredFrom: z
    .strictObject({ level: z.enum(HOSPITAL_LEVELS), dischargeDate: day, deductibleFen: fenAmount })
    .optional(),
  yearlySalaryFen: fenAmount.optional(),
  monthsSinceApproval: z.number().int().min(0).optional(),
  isChosenInstitution: z.boolean().optional(),
  chronicDiseases: z.array(z.string().min(1)).optional(),
  carriedAllowanceFen: fenAmount.optional(),
});

/** The input of `compute` as JSON: amounts in whole fen. Published as `policies/input.schema.json`. */
export const policyInputSchema = z.strictObject({
  facts,
  groups: z
    .array(
      z.strictObject({
        group: z.string(),
        totalFen: fenAmount,
        selfPaidFen: fenAmount,
        overLimitFen: fenAmount,
        prepaySelfFen: fenAmount,
        inScopeFen: fenAmount,
      }),
    )
    .min(1),
  accumulators: z.record(z.string(), z.number().int().min(0)),
  account: z.strictObject({ ownAccountFen: fenAmount, familyAccountFen: fenAmount, useAccount: z.boolean() }),
});

export interface InputProblem {
  readonly field: string;
  readonly message: string;
}

export type ParsedInput =
  | { readonly ok: true; readonly input: PolicyInput }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Reads the JSON text of an input; everything wrong is a problem with the path to its field. */
export function parsePolicyInput(jsonText: string): ParsedInput {
  let value: unknown;
  try {
    value = JSON.parse(jsonText);
  } catch (error) {
    return { ok: false, problems: [{ field: '', message: `must be JSON: ${(error as Error).message}` }] };
  }
  const parsed = policyInputSchema.safeParse(value);
  if (parsed.success) return { ok: true, input: parsed.data as unknown as PolicyInput };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
  }));
  return { ok: false, problems };
}

/** The result of `compute` as JSON. Published as `policies/result.schema.json`. */
export const policyResultSchema = z.strictObject({
  totalFen: fenAmount,
  layers: z.array(
    z.strictObject({
      layer: z.string(),
      baseFen: fenAmount,
      paidFen: fenAmount,
      carriedFen: fenAmount,
      ratioBp: z.number().int().min(0).optional(),
    }),
  ),
  shares: z.strictObject({
    poolFundFen: fenAmount,
    largeAmountFen: fenAmount,
    seriousIllnessFen: fenAmount,
    civilServantFen: fenAmount,
    enterpriseSupplementFen: fenAmount,
    medicalAidFen: fenAmount,
    otherFundFen: fenAmount,
    ownAccountFen: fenAmount,
    familyAccountFen: fenAmount,
    personalCashFen: fenAmount,
    hospitalPartFen: fenAmount,
  }),
  deductiblePaidFen: fenAmount,
  accumulatorsAfter: z.record(z.string(), z.number().int().min(0)),
  notes: z.array(z.string()),
  policyVersion: z.string(),
});
