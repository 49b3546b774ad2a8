import { assert } from '@yijie/money';
import { type Bands, bandsOf } from './bands.ts';
import { fraction, greatestCommonDivisor } from './fraction.ts';

/** A part of the covered cost and the bands its ratio follows. */
export interface Stretch {
  readonly fen: number;
  readonly bands: Bands;
}

/**
 * Bands for a bill whose item groups have ratios of their own (A9). The policies don't say how bands and
 * deductible fall on the groups, so the pack does: pro rata gives every band the mean ratio of the groups by weight;
 * plain-first lays the groups one after the other, those without a rule of their own first.
 */
export function blendBands(stretches: readonly Stretch[], proRata: boolean, from: number): Bands {
  return proRata ? meanBands(stretches) : laidBands(stretches, from);
}

function meanBands(stretches: readonly Stretch[]): Bands {
  const first = stretches[0];
  assert(first !== undefined, 'nothing to blend');
  const whole = stretches.reduce((sum, stretch) => sum + BigInt(stretch.fen), 0n);
  const ratios = first.bands.edges.map((_, band) => {
    let num = 0n;
    let den = 1n;
    for (const { fen, bands } of stretches) {
      const ratio = bands.ratios[band];
      assert(ratio !== undefined, 'item groups share the bands of the pack');
      num = num * BigInt(ratio.den) + BigInt(fen) * BigInt(ratio.num) * den;
      den *= BigInt(ratio.den);
      const divisor = greatestCommonDivisor(num, den);
      num /= divisor;
      den /= divisor;
    }
    return fraction(num, den * whole);
  });
  return bandsOf(first.bands.edges, ratios);
}

/** The groups in a row from the place where this bill's cost begins; each keeps its own ratio in every band. */
function laidBands(stretches: readonly Stretch[], from: number): Bands {
  const edges: number[] = [];
  const ratios: Bands['ratios'][number][] = [];
  let start = from;
  stretches.forEach(({ fen, bands }, index) => {
    const end = index === stretches.length - 1 ? Number.POSITIVE_INFINITY : start + fen;
    bands.edges.forEach((edge, band) => {
      const lower = band === 0 ? 0 : (bands.edges[band - 1] as number);
      const upper = Math.min(edge, end);
      if (upper <= Math.max(lower, index === 0 ? 0 : start)) return;
      edges.push(upper);
      ratios.push(bands.ratios[band] as Bands['ratios'][number]);
    });
    start = end;
  });
  return bandsOf(edges, ratios);
}
