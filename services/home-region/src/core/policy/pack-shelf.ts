import type { LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { type CaseFile, type Pack, parseCases, parsePack, selectPack } from '@yijie/policy';

/** A pack file of the region as it was read at the start, with the examples beside it. */
export interface PackText {
  /** Path within the folder of packs, "changsha/employee-2025.yaml". */
  readonly file: string;
  readonly text: string;
  readonly casesText: string | undefined;
}

/** A pack and where its examples are. */
export interface ShelvedPack {
  readonly pack: Pack;
  /** As the examples name it: the file without its folder; empty for a draft without a name. */
  readonly fileName: string;
  readonly cases: CaseFile | undefined;
}

/** The packs of one home region, for questions about the packs themselves; settlements use the policy book. */
export interface PackShelf {
  /** By pool, scheme, first day. */
  readonly packs: readonly ShelvedPack[];
  byVersion(version: string): ShelvedPack | Refusal;
  inForce(homePool: string, scheme: Scheme, date: LocalDate): ShelvedPack | Refusal;
}

export function packShelf(texts: readonly PackText[], province: string): PackShelf {
  const packs = texts
    .map(shelved)
    .filter(({ pack }) => pack.homePool.startsWith(province.slice(0, 2)))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return {
    packs,
    byVersion: (version) =>
      packs.find(({ pack }) => pack.version === version) ??
      refuse('FRM-VALUE', { field: 'version', value: version }),
    inForce(homePool, scheme, date) {
      const selected = selectPack(
        packs.map(({ pack }) => pack),
        { homePool, scheme, date },
      );
      if (!selected.ok) return selected;
      return packs.find(({ pack }) => pack === selected.pack) as ShelvedPack;
    },
  };
}

function shelved({ file, text, casesText }: PackText): ShelvedPack {
  const parsed = parsePack(text, file);
  // The service has started with these very packs.
  if (!parsed.ok) throw new Error(`${file} is no pack any more`);
  return { pack: parsed.pack, fileName: file.split('/').at(-1) ?? file, cases: casesOf(file, casesText) };
}

function casesOf(file: string, text: string | undefined): CaseFile | undefined {
  if (text === undefined) return undefined;
  const parsed = parseCases(text);
  if (!parsed.ok) throw new Error(`the examples beside ${file} can't be read`);
  return parsed.file;
}

function sortKey({ pack }: ShelvedPack): string {
  return `${pack.homePool} ${pack.scheme} ${pack.effective.from}`;
}
