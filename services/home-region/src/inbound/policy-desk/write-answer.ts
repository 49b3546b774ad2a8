import { localDateToNumber } from '@yijie/calendar';
import type { PersonClass, RatioClass } from '@yijie/codes';
import {
  type CheckPackResponse,
  type DiffPacksResponse,
  ExampleState,
  type SimulatePackResponse,
  Sureness,
  type ExampleOutcome as WireOutcome,
  type HeldPack as WirePack,
  type PolicyResult as WireResult,
  type Source as WireSource,
  type ExplanationStep as WireStep,
} from '@yijie/contracts/policy';
import {
  assumptionsOf,
  type ExplanationStep,
  effectSentence,
  HISTOGRAM_EDGES,
  notPublishedIn,
  type Pack,
  type PackDiff,
  type PackProblem,
  type PolicyResult,
  type SimulationReport,
} from '@yijie/policy';
import { type ExampleRun, type ExamplesRun, reductionsOf } from '../../core/policy/pack-review.ts';
import { hospitalLevel, personClass, ratioClass, scheme, visitKind } from '../../wire/words.ts';

const EXAMPLE_STATES = {
  verified: ExampleState.VERIFIED,
  'not-verified': ExampleState.NOT_VERIFIED,
  failed: ExampleState.FAILED,
} as const satisfies Record<ExamplesRun['state'], ExampleState>;

const SURENESS = {
  high: Sureness.HIGH,
  medium: Sureness.MEDIUM,
  low: Sureness.LOW,
  assumed: Sureness.ASSUMED,
} as const satisfies Record<Pack['sources'][string]['sure'], Sureness>;

export function exampleState(run: ExamplesRun): ExampleState {
  return EXAMPLE_STATES[run.state];
}

export function heldPack(pack: Pack, inForce: boolean, examples: ExamplesRun): WirePack {
  const { from, until } = pack.effective;
  return {
    version: pack.version,
    homePool: pack.homePool,
    scheme: scheme.wire(pack.scheme),
    nameZh: pack.name.zh,
    nameEn: pack.name.en,
    effectiveFrom: localDateToNumber(from),
    effectiveUntil: until === undefined ? 0 : localDateToNumber(until),
    inForce,
    examples: exampleState(examples),
    exampleCount: examples.outcomes.length,
    sources: sourcesOf(pack),
    assumptions: [...assumptionsOf(pack)],
    notPublished: [...notPublishedIn(pack)],
  };
}

function sourcesOf(pack: Pack): WireSource[] {
  return Object.entries(pack.sources).map(([name, source]) => ({
    name,
    title: source.title,
    url: source.url ?? '',
    year: source.year ?? 0,
    sureness: SURENESS[source.sure],
    note: source.note ?? '',
  }));
}

export function wrongPack(problems: readonly PackProblem[]): CheckPackResponse {
  return {
    ...NOTHING_CHECKED,
    problems: problems.map(({ message, ...problem }) => ({ ...problem, allowed: message })),
  };
}

export function rightPack(
  pack: Pack,
  examples: ExamplesRun,
  overlappingVersions: readonly string[],
): CheckPackResponse {
  return {
    problems: [],
    version: pack.version,
    filingEffect: pack.filing.effect,
    reductions: reductionsOf(pack).map((reduction) => ({
      ratioClass: ratioClass.wire(reduction.class),
      pointsBp: reduction.pointsBp,
      nationalLimitBp: reduction.nationalLimitBp,
      where: reduction.where,
      beyondNationalLimit: reduction.pointsBp > reduction.nationalLimitBp,
      statedReason: reduction.statedReason,
    })),
    assumptions: [...assumptionsOf(pack)],
    notPublished: [...notPublishedIn(pack)],
    examples: exampleState(examples),
    outcomes: examples.outcomes.map(exampleOutcome),
    overlappingVersions: [...overlappingVersions],
  };
}

const NOTHING_CHECKED = {
  version: '',
  filingEffect: '',
  reductions: [],
  assumptions: [],
  notPublished: [],
  examples: ExampleState.UNSPECIFIED,
  outcomes: [],
  overlappingVersions: [],
};

export function exampleOutcome(run: ExampleRun): WireOutcome {
  const { id, title, grade, source, ok, differences, refusal } = run;
  return { id, title, grade, source, agrees: ok, differences: [...differences], refusal: refusal ?? '' };
}

export function policyResult(result: PolicyResult): WireResult {
  return {
    totalFen: result.totalFen,
    layers: result.layers.map((layer) => ({ ...layer, ratioBp: layer.ratioBp ?? 0 })),
    shares: result.shares,
    deductiblePaidFen: result.deductiblePaidFen,
    accumulatorsAfter: { ...result.accumulatorsAfter },
    notes: [...result.notes],
    policyVersion: result.policyVersion,
  };
}

export function explanationStep({ share, inputs, ...step }: ExplanationStep): WireStep {
  return {
    ...step,
    share: share === undefined ? '' : snakeCase(share),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
  };
}

export function packDiff(before: Pack, after: Pack, diff: PackDiff): DiffPacksResponse {
  return {
    beforeVersion: before.version,
    afterVersion: after.version,
    fields: [...diff.fields],
    effects: diff.effects.map((effect) => ({
      visitKind: visitKind.wire(effect.visit),
      personClass: personClass.wire(effect.person),
      hospitalLevel: hospitalLevel.wire(effect.level),
      ratioClass: ratioClass.wire(effect.class),
      inScopeFen: effect.inScopeYuan * 100,
      fundsBeforeFen: effect.fundsBeforeFen,
      fundsAfterFen: effect.fundsAfterFen,
      sentence: effectSentence(effect),
    })),
  };
}

export function simulationReport(version: string, report: SimulationReport): SimulatePackResponse {
  return {
    policyVersion: version,
    settlements: report.settlements,
    persons: report.persons,
    refused: report.refused,
    before: report.before,
    after: report.after,
    classes: Object.entries(report.classes).map(([name, impact]) => {
      const [person, filing] = name.split(' ') as [PersonClass, RatioClass];
      return { ...impact, personClass: personClass.wire(person), ratioClass: ratioClass.wire(filing) };
    }),
    histogram: report.histogram.map((settlements, bucket) => ({
      fromFen: HISTOGRAM_EDGES[bucket - 1],
      untilFen: HISTOGRAM_EDGES[bucket],
      settlements,
    })),
  };
}

/** "poolFundFen" → "pool_fund_fen", as the contract names it. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
