import { unary } from '@yijie/cli';
import type { CheckEligibilityRequest, CheckEligibilityResponse } from '@yijie/contracts/home';
import { Latencies, median } from '../settlement/latencies.ts';
import type { HomeDatabase, RunningHome } from './home.ts';
import { peopleOf, TOKEN } from './population.ts';

export interface Asked {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answers: Readonly<Record<string, number>>;
}

export interface EligibilityTimes {
  readonly small: Asked;
  readonly large: Asked;
  /** The large one's median against the small one's beside it, in the middle of all turns. */
  readonly p50Ratio: number;
  readonly p99Ratio: number;
}

const REGIONS = ['440100', '310000', '440300', '320100'];
/** Short turns: what else the machine does in a second falls on both. */
const ASKED_A_TURN = 50;
/** Fill caches and compile, and are thrown away. */
const WARM_TURNS = 10;

/** One question at a time, on both databases in turns: what idle callers wait, and what size does to it. */
export async function measureEligibility(
  homes: Readonly<Record<'small' | 'large', { home: RunningHome; data: HomeDatabase; filings: number }>>,
  turns: number,
): Promise<EligibilityTimes> {
  const times = { small: new Latencies(), large: new Latencies() };
  const perTurn = { small: [] as Latencies[], large: [] as Latencies[] };
  const answers: Record<'small' | 'large', Record<string, number>> = { small: {}, large: {} };
  for (let turn = -WARM_TURNS; turn < turns; turn += 1) {
    for (const name of ['small', 'large'] as const) {
      const { home, data, filings } = homes[name];
      const people = await somePeople(data, peopleOf(filings), turn);
      const metadata = await home.tokens();
      const own = new Latencies();
      for (const [index, personToken] of people.entries()) {
        const startedMs = performance.now();
        const answer = await unary<CheckEligibilityRequest, CheckEligibilityResponse>(
          home.filings,
          home.filings.checkEligibility,
          {
            personToken,
            treatmentPool: REGIONS[index % 4] ?? '440100',
            visitKind: 1,
            admissionDate: 0,
            institutionCode: '',
            chronicDiseaseCode: '',
          },
          { deadlineMs: 10_000, metadata },
        );
        const ms = performance.now() - startedMs;
        if (turn < 0) continue;
        times[name].add(ms);
        own.add(ms);
        answers[name][answer.code] = (answers[name][answer.code] ?? 0) + 1;
      }
      if (turn >= 0) perTurn[name].push(own);
    }
  }
  const asked = (name: 'small' | 'large'): Asked => ({
    p50Ms: times[name].percentile(0.5),
    p99Ms: times[name].percentile(0.99),
    answers: answers[name],
  });
  const p50Ratio = median(
    perTurn.large.map(
      (own, turn) => own.percentile(0.5) / (perTurn.small[turn]?.percentile(0.5) ?? Number.NaN),
    ),
  );
  // A turn has too few answers for a percentile so far out.
  const p99Ratio = times.large.percentile(0.99) / times.small.percentile(0.99);
  return { small: asked('small'), large: asked('large'), p50Ratio, p99Ratio };
}

/** Other people each turn, spread over all there are. */
async function somePeople({ database }: HomeDatabase, people: number, turn: number): Promise<string[]> {
  const step = Math.floor(people / ASKED_A_TURN);
  const { rows } = await database.query<{ token: string }>(
    `SELECT ${TOKEN('n')} AS token FROM generate_series($1::int, $2::int, $3::int) n`,
    [1 + ((turn + WARM_TURNS) % step), people, step],
  );
  return rows.slice(0, ASKED_A_TURN).map(({ token }) => token);
}
