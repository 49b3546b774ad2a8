import { inflateSync } from 'node:zlib';

export interface ReadPdf {
  /** What each page shows: the pieces of text in the order they are drawn. */
  readonly pages: readonly (readonly string[])[];
  readonly fonts: readonly string[];
  readonly source: string;
}

/**
 * Reads a PDF the way a viewer's search does: the glyph numbers of the pages, turned into characters by the tables that
 * the file carries for its fonts. Knows just as much of the format as these documents use.
 */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const source = Buffer.from(bytes).toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of source.matchAll(/(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj/gs))
    objects.set(id, body);
  const object = (id = '') => objects.get(id) ?? '';
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body));
  return {
    source,
    fonts: [...source.matchAll(/\/FontName \/(\S+)/g)].map((match) => match[1] ?? ''),
    pages: pages.map((page) => {
      const resources = object(/\/Resources (\d+) 0 R/.exec(page)?.[1]);
      const fonts = new Map(
        [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id]) => [
          name,
          charactersOf(streamOf(object(/\/ToUnicode (\d+) 0 R/.exec(object(id))?.[1]))),
        ]),
      );
      return textsOf(streamOf(object(/\/Contents (\d+) 0 R/.exec(page)?.[1])), fonts);
    }),
  };
}

function streamOf(body: string): string {
  const start = body.indexOf('stream\n') + 'stream\n'.length;
  const raw = Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1');
  return (/FlateDecode/.test(body) ? inflateSync(raw) : raw).toString('latin1');
}

/** The table from glyph number to characters. */
function charactersOf(cmap: string): readonly string[] {
  return [...cmap.matchAll(/<(\w+)> <\w+> \[(.*?)\]/gs)].flatMap(([, , list = '']) =>
    [...list.matchAll(/<([^>]*)>/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    ),
  );
}

function textsOf(content: string, fonts: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let font: readonly string[] = [];
  return [...content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/gs)].flatMap(([, name, shown]) => {
    if (name !== undefined) font = fonts.get(name) ?? [];
    if (shown === undefined) return [];
    const glyphs = [...shown.matchAll(/<(\w+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
    return glyphs.map((glyph) => font[Number.parseInt(glyph, 16)] ?? '\ufffd').join('');
  });
}
