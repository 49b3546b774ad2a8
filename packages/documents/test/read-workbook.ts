import { strFromU8, unzipSync } from 'fflate';

export interface ReadCell {
  readonly type: 'text' | 'number' | 'empty';
  readonly value: string;
  /** The format's code, or the number of one that Excel knows itself. */
  readonly format: string;
}

export interface ReadSheet {
  readonly name: string;
  readonly xml: string;
  readonly cells: ReadonlyMap<string, ReadCell>;
}

/** Reads a workbook by another program's unzipping and by the text of its parts, not by the writer's own code. */
export function readWorkbook(bytes: Uint8Array): readonly ReadSheet[] {
  const parts = unzipSync(bytes);
  for (const [name, part] of Object.entries(parts)) {
    const declarations = strFromU8(part).match(/<\?xml /g)?.length;
    if (declarations !== 1 || !strFromU8(part).startsWith('<?xml '))
      throw new Error(`${name} is no XML document`);
  }
  const text = (name: string) => strFromU8(parts[name] ?? new Uint8Array());
  const formats = formatsOf(text('xl/styles.xml'));
  const names = [...text('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map((match) =>
    plain(match[1]),
  );
  return names.map((name, index) => {
    const xml = text(`xl/worksheets/sheet${index + 1}.xml`);
    return { name, xml, cells: cellsOf(xml, formats) };
  });
}

function formatsOf(styles: string): readonly string[] {
  const codes = new Map(
    [...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map((match) => [
      match[1],
      match[2],
    ]),
  );
  const used = /<cellXfs.*<\/cellXfs>/s.exec(styles)?.[0] ?? '';
  return [...used.matchAll(/<xf numFmtId="(\d+)"/g)].map((match) => codes.get(match[1]) ?? match[1] ?? '');
}

function cellsOf(xml: string, formats: readonly string[]): ReadonlyMap<string, ReadCell> {
  const found = xml.matchAll(/<c r="([A-Z]+\d+)" s="(\d+)"(?: t="(\w+)")?(?:\/>|>(.*?)<\/c>)/gs);
  return new Map(
    [...found].map(([, reference = '', style, type, content = '']): [string, ReadCell] => {
      const format = formats[Number(style)] ?? '';
      if (content === '') return [reference, { type: 'empty', value: '', format }];
      const value = plain(/<(?:v|t)[^>]*>(.*)<\/(?:v|t)>/s.exec(content)?.[1]);
      return [reference, { type: type === 'inlineStr' ? 'text' : 'number', value, format }];
    }),
  );
}

function plain(xml = ''): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
