import type { RunContent } from '../tables/content.ts';
import { type CheckFailure, unequal } from './check-failure.ts';

/** R19: tables made again from the stored input have the stored hash; if not, which parties' tables differ. */
export function checkR19(stored: RunContent, regenerated: RunContent): readonly CheckFailure[] {
  const parties = new Set([...stored.partyHashes.keys(), ...regenerated.partyHashes.keys()]);
  return [
    ...unequal('R19', 'content hash of the run', stored.contentHash, regenerated.contentHash),
    ...[...parties].flatMap((party) =>
      unequal(
        'R19',
        `tables of ${party}`,
        stored.partyHashes.get(party) ?? 'none',
        regenerated.partyHashes.get(party) ?? 'none',
      ),
    ),
  ];
}
