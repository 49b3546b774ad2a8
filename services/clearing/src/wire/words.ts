import type { Scheme, VisitKind } from '@yijie/codes';
import { Scheme as WireScheme, VisitKind as WireVisitKind } from '@yijie/contracts/common';

/** The closed lists of the contracts as the product's own words, both ways. UNSPECIFIED and unknown numbers have none. */
export const scheme = bothWays<WireScheme, Scheme>([
  [WireScheme.EMPLOYEE, 'employee'],
  [WireScheme.RESIDENT, 'resident'],
]);

export const visitKind = bothWays<WireVisitKind, VisitKind>([
  [WireVisitKind.INPATIENT, 'inpatient'],
  [WireVisitKind.OUTPATIENT, 'outpatient'],
  [WireVisitKind.CHRONIC, 'chronic'],
  [WireVisitKind.MATERNITY, 'maternity'],
]);

interface BothWays<Wire, Word> {
  word(wire: Wire): Word | undefined;
  wire(word: Word): Wire;
}

function bothWays<Wire, Word>(pairs: readonly (readonly [Wire, Word])[]): BothWays<Wire, Word> {
  const words = new Map(pairs);
  const wires = new Map(pairs.map(([wire, word]) => [word, wire]));
  return {
    word: (wire) => words.get(wire),
    wire(word) {
      const found = wires.get(word);
      if (found === undefined) throw new TypeError(`no number for ${word}`);
      return found;
    },
  };
}
