import { type LocalDate, rangeContains } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import type { Refusal } from '@yijie/errors';
import type { Pack } from './pack/pack.ts';

export interface PackQuestion {
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly date: LocalDate;
}

export type SelectedPack = { readonly ok: true; readonly pack: Pack } | Refusal<'POL-NONE' | 'POL-OVERLAP'>;

/** The one pack in force on a day. None and two are different refusals: nobody chooses for the region. */
export function selectPack(packs: Iterable<Pack>, question: PackQuestion): SelectedPack {
  let found: Pack | undefined;
  for (const pack of packs) {
    if (pack.homePool !== question.homePool || pack.scheme !== question.scheme) continue;
    if (!rangeContains(pack.effective, question.date)) continue;
    if (found) return refusal('POL-OVERLAP', question);
    found = pack;
  }
  return found ? { ok: true, pack: found } : refusal('POL-NONE', question);
}

function refusal<Code extends 'POL-NONE' | 'POL-OVERLAP'>(code: Code, question: PackQuestion): Refusal<Code> {
  const { homePool, scheme, date } = question;
  return { ok: false, code, values: { homePool, scheme, date } };
}
