import type { Pack } from '../pack/parse-pack.ts';

export interface Provenance {
  readonly source?: string | undefined;
  readonly assumed?: string | undefined;
  readonly note?: string | undefined;
}

/** The source of a section in words: title, year, address, sureness; or the assumption that stands in for one. */
export function sourceText(pack: Pack, ...sections: readonly (Provenance | undefined)[]): string {
  for (const section of sections) {
    if (section?.assumed !== undefined) return `假定：${section.assumed}`;
    const source = section?.source === undefined ? undefined : pack.sources[section.source];
    if (source === undefined) continue;
    const details = [source.year?.toString(), source.url, `可信度 ${source.sure}`].filter(Boolean).join('，');
    return `${source.title}（${details}）`;
  }
  return '';
}
