import type { Instant } from '@yijie/calendar';
import { escapeXml } from './cell-xml.ts';
import { stylesXml } from './styles.ts';
import { type ZipEntry, zipArchive } from './zip-archive.ts';

export interface SheetSource {
  /** At most 31 characters, none of : \ / ? * [ ] */
  readonly name: string;
  /** Rows that are printed again at the top of each page, counted from 1. */
  readonly repeated?: { readonly first: number; readonly last: number } | undefined;
  readonly xml: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * An Excel workbook (ECMA-376) as a stream of bytes. The sheets come first, since only at their end is known how many
 * there are.
 */
export async function* workbook(
  sheets: AsyncIterable<SheetSource> | Iterable<SheetSource>,
  about: { readonly title: string; readonly createdAt: Instant },
): AsyncGenerator<Uint8Array> {
  yield* zipArchive(entriesOf(sheets, about));
}

async function* entriesOf(
  sheets: AsyncIterable<SheetSource> | Iterable<SheetSource>,
  about: { readonly title: string; readonly createdAt: Instant },
): AsyncGenerator<ZipEntry> {
  const written: Omit<SheetSource, 'xml'>[] = [];
  for await (const sheet of sheets) {
    written.push(sheet);
    yield { name: `xl/worksheets/sheet${written.length}.xml`, chunks: sheet.xml };
  }
  yield part('xl/styles.xml', stylesXml());
  yield part('xl/workbook.xml', workbookXml(written));
  yield part('xl/_rels/workbook.xml.rels', workbookRelations(written.length));
  yield part('docProps/core.xml', coreXml(about));
  yield part('_rels/.rels', ROOT_RELATIONS);
  yield part('[Content_Types].xml', contentTypes(written.length));
}

/** A name as Excel takes it for a sheet. */
export function sheetName(text: string): string {
  return [...text.replace(/[:\\/?*[\]]/g, '-')].slice(0, 31).join('');
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function part(name: string, body: string): ZipEntry {
  return { name, chunks: [Buffer.from(XML + body)] };
}

function workbookXml(sheets: readonly Omit<SheetSource, 'xml'>[]): string {
  const list = sheets.map(
    ({ name }, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const repeated = sheets.flatMap(({ name, repeated: rows }, index) =>
    rows === undefined
      ? []
      : `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${escapeXml(`'${name.replaceAll("'", "''")}'`)}!$${rows.first}:$${rows.last}</definedName>`,
  );
  const names = repeated.length === 0 ? '' : `<definedNames>${repeated.join('')}</definedNames>`;
  return `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${list.join('')}</sheets>${names}</workbook>`;
}

function workbookRelations(sheets: number): string {
  const list = Array.from({ length: sheets }, (_, index) =>
    relation(`rId${index + 1}`, `${RELATIONS}/worksheet`, `worksheets/sheet${index + 1}.xml`),
  );
  const styles = relation(`rId${sheets + 1}`, `${RELATIONS}/styles`, 'styles.xml');
  return `<Relationships xmlns="${PACKAGE}/relationships">${list.join('')}${styles}</Relationships>`;
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
}

const ROOT_RELATIONS = `<Relationships xmlns="${PACKAGE}/relationships">${relation(
  'rId1',
  `${RELATIONS}/officeDocument`,
  'xl/workbook.xml',
)}${relation('rId2', `${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml')}</Relationships>`;

function contentTypes(sheets: number): string {
  const list = Array.from(
    { length: sheets },
    (_, index) =>
      `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  );
  return [
    `<Types xmlns="${PACKAGE}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>`,
    ...list,
    `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>`,
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>',
    '</Types>',
  ].join('');
}

function coreXml({ title, createdAt }: { readonly title: string; readonly createdAt: Instant }): string {
  const at = `${new Date(createdAt).toISOString().slice(0, 19)}Z`;
  return [
    `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`,
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:title>${escapeXml(title)}</dc:title><dc:creator>Yijie</dc:creator>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created>`,
    '</cp:coreProperties>',
  ].join('');
}
