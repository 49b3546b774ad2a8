import { localDate } from '@yijie/calendar';
import { type Fen, formatYuan, fundTotal } from '@yijie/money';
import * as z from 'zod';
import { compute } from '../compute.ts';
import type { PolicyInput } from '../contract.ts';
import type { Pack } from '../pack/pack.ts';
import { parsePack } from '../pack/parse-pack.ts';

/**
 * `policies/published-examples.json`: every example that was found, with its grade. Those of grade C and D name no
 * policy, only numbers; they are recomputed from the parameters they state themselves.
 */
const amount = z.number().nullish();
const publishedExample = z.object({
  id: z.string(),
  source: z.string(),
  source_quality: z.enum(['A', 'B', 'C', 'D']),
  region: z.string(),
  total: amount,
  self_pay_items: amount,
  prepay_self: amount,
  deductible: amount,
  in_scope: amount,
  params: z.record(z.string(), z.unknown()),
  expected: z.record(z.string(), z.number()),
  recomputed: z.record(z.string(), z.number()),
  verified: z.boolean(),
  precision: z.string().nullish(),
  check_kind: z.string(),
  note: z.string().nullish(),
});
export type PublishedExample = z.output<typeof publishedExample>;

export function parsePublishedExamples(jsonText: string): readonly PublishedExample[] {
  return z.array(publishedExample).parse(JSON.parse(jsonText));
}

export interface ExampleVerdict {
  readonly id: string;
  readonly grade: PublishedExample['source_quality'];
  /** `not-computable`: the example states too little to run the engine on. */
  readonly verdict: 'agrees' | 'source-breaks' | 'not-computable';
  readonly differences: readonly {
    readonly name: string;
    readonly printed: string;
    readonly computed: string;
  }[];
}

/** Recomputes an example from its own parameters, and says where the source's arithmetic breaks. */
export function checkPublishedExample(example: PublishedExample): ExampleVerdict {
  const { id, source_quality: grade } = example;
  const computed = recompute(example);
  if (computed === undefined) return { id, grade, verdict: 'not-computable', differences: [] };
  const tolerance = toleranceOf(example);
  const differences = Object.entries(example.expected).flatMap(([name, printed]) => {
    const ours = computed[name];
    if (ours === undefined || Math.abs(ours - fenOf(printed)) <= tolerance) return [];
    return [{ name, printed: formatYuan(fenOf(printed)), computed: formatYuan(ours) }];
  });
  return { id, grade, verdict: differences.length === 0 ? 'agrees' : 'source-breaks', differences };
}

/** "compared within 200": yuan. */
function toleranceOf(example: PublishedExample): number {
  const within = /within (\d+)/.exec(example.precision ?? '');
  return within ? Number(within[1]) * 100 : 0;
}

function recompute(example: PublishedExample): Record<string, Fen> | undefined {
  // Examples of grade A and B name a policy; they run with its pack (cases.json).
  if (example.source_quality === 'A' || example.source_quality === 'B') return undefined;
  if (example.total == null || example.check_kind !== 'recomputed') return undefined;
  const pack = packOf(example);
  if (pack === undefined) return undefined;
  const total = fenOf(example.total);
  const selfPaid = fenOf(example.self_pay_items ?? 0);
  const prepay = fenOf(example.prepay_self ?? 0);
  const input: PolicyInput = {
    facts: {
      scheme: 'resident',
      personClass: 'resident',
      ageYears: 40,
      insuredYears: 0,
      groups: [],
      visitKind: 'inpatient',
      hospitalLevel: 'L3',
      hospitalKind: 'general',
      ratioClass: 'LOCAL',
      admissionDate: localDate('2025-01-01'),
      settlementDate: localDate('2025-01-01'),
      treatmentPool: '899999',
    },
    groups: [
      {
        group: '',
        totalFen: total,
        selfPaidFen: selfPaid,
        overLimitFen: 0 as Fen,
        prepaySelfFen: prepay,
        inScopeFen: (total - selfPaid - prepay) as Fen,
      },
    ],
    accumulators: {},
    account: { ownAccountFen: 0 as Fen, familyAccountFen: 0 as Fen, useAccount: false },
  };
  const result = compute(pack, input);
  const funds = fundTotal(result.shares);
  const personal = (total - funds) as Fen;
  return {
    pool_fund: result.shares.poolFundFen,
    serious_illness: result.shares.seriousIllnessFen,
    fund_total: funds,
    personal,
    prepay_self: prepay,
  };
}

/** The example's parameters as the text of a pack, so that they go the same way as any pack. */
function packOf(example: PublishedExample): Pack | undefined {
  const { params } = example;
  const pays = paysOf(params);
  if (pays === undefined) return undefined;
  const cap = typeof params.cap === 'number' ? params.cap : undefined;
  const threshold = typeof params.si_threshold === 'number' ? params.si_threshold : undefined;
  const layers =
    threshold === undefined
      ? '[]'
      : `
  - { name: seriousIllness, assumed: example, fund: seriousIllness, visits: [inpatient], per: stay,
      base: [copay, deductible, overCeiling], threshold: ${threshold}, bandsFrom: threshold,
      pays: ${percent(params.si_ratio)} }`;
  const ceilings =
    cap === undefined
      ? ''
      : `\n    ceilings: [{ assumed: example, on: payment, amount: ${cap}, counts: [inpatient] }]`;
  const parsed = parsePack(
    `homePool: "899999"
localDigits: 4
name: { zh: 算例, en: example }
scheme: resident
effective: { from: 2025-01-01 }
benefitYear: { assumed: example, starts: 01-01, decidedBy: settlement }
sources: {}
filing: { assumed: example, treatAs: { TWO_WAY_HOME: LOCAL, HOME_POLICY: LOCAL }, effect: none }
visits:
  inpatient:
    deductible: { assumed: example, per: stay, amount: ${example.deductible ?? 0} }
    payment: { assumed: example, pays: ${pays} }${ceilings}
  outpatient: { notPublished: example }
  chronic: { notPublished: example }
  maternity: { notPublished: example }
layers: ${layers}
`,
    example.id,
  );
  return parsed.ok ? parsed.pack : undefined;
}

function paysOf(params: Record<string, unknown>): string | undefined {
  if (typeof params.ratio === 'number') return percent(params.ratio);
  if (!Array.isArray(params.bands)) return undefined;
  const bands = params.bands as readonly (readonly [number, number | null, number])[];
  // A first band that begins at the deductible begins at zero here: the deductible cuts it.
  const terms = bands.map(([from, to, ratio], index) => {
    const end = to === null ? '' : `to: ${to}, `;
    return `{ from: ${index === 0 ? 0 : from}, ${end}pays: ${percent(ratio)} }`;
  });
  return `[${terms.join(', ')}]`;
}

/** 0.888 → `88.8%`, by whole basis points. */
function percent(ratio: unknown): string {
  const points = Math.round((typeof ratio === 'number' ? ratio : 0) * 10_000);
  return `${Math.floor(points / 100)}.${(points % 100).toString().padStart(2, '0')}%`;
}

function fenOf(yuan: number): Fen {
  return Math.round(yuan * 100) as Fen;
}
