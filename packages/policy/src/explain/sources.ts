import type { Pack } from '../pack/pack.ts';

export interface Provenance {
  readonly source?: string | undefined;
  readonly assumed?: string | undefined;
  readonly note?: string | undefined;
}

/**
 * The source of a section in words: title, year, address, sureness; or the assumption that stands in for one. Sections
 * belong to one pack, so the words of each are made once.
 */
export function sourceText(pack: Pack, ...sections: readonly (Provenance | undefined)[]): string {
  for (const section of sections) {
    if (section === undefined) continue;
    let text = known.get(section);
    if (text === undefined) {
      text = wordsOf(pack, section);
      known.set(section, text);
    }
    if (text !== '') return text;
  }
  return '';
}

const known = new WeakMap<Provenance, string>();

function wordsOf(pack: Pack, section: Provenance): string {
  if (section.assumed !== undefined) return `假定：${section.assumed}`;
  const source = section.source === undefined ? undefined : pack.sources[section.source];
  if (source === undefined) return '';
  const details = [source.year?.toString(), source.url, `可信度 ${source.sure}`].filter(Boolean).join('，');
  return `${source.title}（${details}）`;
}
