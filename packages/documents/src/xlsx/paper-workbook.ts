import { displayWidth } from '../display-width.ts';
import { cellText } from '../paper/cell-text.ts';
import type { Paper, PaperBlock, PaperField, PaperTable, SignaturePlace } from '../paper/paper.ts';
import { cellXml, textXml } from './cell-xml.ts';
import { type Merge, reference, rowXml, sheetEnd, sheetStart } from './sheet-xml.ts';
import { STYLES, type StyleName } from './styles.ts';
import { sheetName, workbook } from './workbook.ts';

/** The paper as an Excel workbook of one sheet; the same paper gives the same bytes. */
export async function paperWorkbook(paper: Paper): Promise<Uint8Array> {
  const { xml, repeated } = paperSheet(paper);
  const sheet = { name: sheetName(paper.title), repeated, xml: [Buffer.from(xml)] };
  const chunks: Uint8Array[] = [];
  for await (const chunk of workbook([sheet], { title: paper.title, createdAt: paper.createdAt }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Forms are laid in a grid of four quarters, each a label and a value. */
const FORM_COLUMNS = 8;
const LINE_POINTS = 15;
const SIGNATURE_POINTS = 30;

function paperSheet(paper: Paper) {
  const tables = paper.blocks.filter((block) => block.kind === 'table');
  const hasForm = paper.blocks.some((block) => block.kind === 'fields');
  const columns = Math.max(hasForm ? FORM_COLUMNS : 4, ...tables.map((table) => table.columns.length));
  const rows = new SheetRows(columns, widthsOf(tables, columns, hasForm ? FORM_WIDTH : MIN_WIDTH));
  rows.merged(paper.title, 'title', 30);
  for (const parts of paper.head) rows.head(parts);
  let headingRow: number | undefined;
  for (const block of paper.blocks) {
    if (block.kind === 'table') headingRow ??= rows.next;
    writeBlock(block, rows);
  }
  const layout = {
    widths: rows.widths,
    // Only in a table without a form above it do headings stay in sight.
    frozenRows: paper.blocks[0]?.kind === 'table' ? headingRow : undefined,
    landscape: columns > FORM_COLUMNS,
    size: columns > 2 * FORM_COLUMNS ? ('A3' as const) : ('A4' as const),
    foot: paper.foot,
  };
  return {
    xml: `${sheetStart(layout)}${rows.xml.join('')}${sheetEnd(layout, rows.merges)}`,
    repeated:
      layout.frozenRows === undefined ? undefined : { first: layout.frozenRows, last: layout.frozenRows },
  };
}

class SheetRows {
  readonly xml: string[] = [];
  readonly merges: Merge[] = [];
  readonly columns: number;
  readonly widths: readonly number[];
  next = 1;

  constructor(columns: number, widths: readonly number[]) {
    this.columns = columns;
    this.widths = widths;
  }

  row(cells: readonly string[], height?: number): void {
    this.xml.push(rowXml(this.next, cells, height));
    this.next += 1;
  }

  at(column: number): string {
    return reference(column, this.next);
  }

  /** Merges columns of the coming row, both included. */
  merge(first: number, last: number): void {
    if (last > first) this.merges.push([this.at(first), this.at(last)]);
  }

  /** A text over the whole width. */
  merged(text: string, style: StyleName, height?: number): void {
    this.merge(0, this.columns - 1);
    this.row([textXml(this.at(0), text, STYLES[style])], height);
  }

  /** Texts shared out over the width: left, (middle,) right. */
  head(parts: readonly string[]): void {
    const last = parts.length - 1;
    this.spread(
      parts,
      parts.map((_, at) => (at === 0 ? 'head' : at === last ? 'headRight' : 'headCenter')),
    );
  }

  spread(texts: readonly string[], styles: readonly StyleName[], height?: number): void {
    const cells = texts.map((text, index) => {
      const first = Math.floor((index * this.columns) / texts.length);
      this.merge(first, Math.floor(((index + 1) * this.columns) / texts.length) - 1);
      return textXml(this.at(first), text, STYLES[styles[index] ?? 'plain']);
    });
    this.row(cells, height);
  }

  gap(): void {
    this.row([]);
  }

  widthBetween(first: number, last: number): number {
    return this.widths.slice(first, last + 1).reduce((sum, width) => sum + width, 0);
  }
}

function writeBlock(block: PaperBlock, rows: SheetRows): void {
  switch (block.kind) {
    case 'table':
      writeTable(block, rows);
      break;
    case 'fields':
      if (block.heading !== undefined) rows.merged(block.heading, 'bold');
      writeFields(block.fields, rows);
      break;
    case 'paragraphs':
      if (block.heading !== undefined) rows.merged(block.heading, 'bold');
      for (const text of block.texts) {
        const lines = Math.ceil((displayWidth(text) + 4) / rows.widthBetween(0, rows.columns - 1));
        rows.merged(`　　${text}`, 'paragraph', LINE_POINTS * Math.max(1, lines));
      }
      break;
    case 'signatures':
      writeSignatures(block.places, rows);
      break;
  }
  rows.gap();
}

/** Names side by side, then the places of the seals. */
function writeSignatures(places: readonly SignaturePlace[], rows: SheetRows): void {
  const lines = places.filter(({ seal }) => seal === undefined);
  const seals = places.filter(({ seal }) => seal !== undefined);
  const written = lines.map(({ label, value = '' }) => `${label}：${value}`);
  if (written.length > 0) rows.spread(written, [], SIGNATURE_POINTS);
  const sealed = seals.map(({ label, seal }) => `（${label}）${seal}`);
  if (sealed.length > 0) rows.spread(sealed, [], SIGNATURE_POINTS);
}

function writeTable(table: PaperTable, rows: SheetRows): void {
  const headings = table.columns.map(({ heading }, at) => textXml(rows.at(at), heading, STYLES.heading));
  rows.row(headings, 2 * LINE_POINTS);
  for (const cells of table.rows)
    rows.row(table.columns.map(({ type }, at) => cellXml(rows.at(at), type, cells[at] ?? null)));
  for (const { label, cells } of table.totals) {
    const firstSum = cells.findIndex((cell) => cell !== null);
    const named = firstSum === -1 ? table.columns.length : Math.max(1, firstSum);
    rows.merge(0, named - 1);
    rows.row(
      table.columns.map(({ type }, at) => {
        if (at === 0) return textXml(rows.at(at), label, STYLES.totalText);
        return at < named
          ? `<c r="${rows.at(at)}" s="${STYLES.totalText}"/>`
          : cellXml(rows.at(at), type, cells[at] ?? null, true);
      }),
    );
  }
}

function writeFields(fields: readonly PaperField[], rows: SheetRows): void {
  let line: PaperField[] = [];
  let used = 0;
  const flush = () => {
    if (line.length > 0) writeFieldLine(line, rows);
    line = [];
    used = 0;
  };
  for (const field of fields) {
    if (used + field.quarters > 4) flush();
    line.push(field);
    used += field.quarters;
  }
  flush();
}

/** The last field of a line takes what is left of it. */
function writeFieldLine(fields: readonly PaperField[], rows: SheetRows): void {
  const cells: string[] = [];
  let column = 0;
  let lines = 1;
  fields.forEach(({ label, type, value, quarters }, index) => {
    const end = index === fields.length - 1 ? FORM_COLUMNS - 1 : column + 2 * quarters - 1;
    cells.push(textXml(rows.at(column), label, STYLES.label));
    cells.push(cellXml(rows.at(column + 1), type, value));
    for (let at = column + 2; at <= end; at++) cells.push(`<c r="${rows.at(at)}" s="${STYLES.text}"/>`);
    rows.merge(column + 1, end);
    lines = Math.max(
      lines,
      Math.ceil(displayWidth(cellText(type, value)) / rows.widthBetween(column + 1, end)),
      Math.ceil(displayWidth(label) / rows.widthBetween(column, column)),
    );
    column = end + 1;
  });
  rows.row(cells, lines * LINE_POINTS + 4);
}

const MIN_WIDTH = 9;
const MAX_WIDTH = 36;
const FORM_WIDTH = 13;

/** As wide as the widest content, headings on two lines. */
function widthsOf(tables: readonly PaperTable[], columns: number, least: number): readonly number[] {
  return Array.from({ length: columns }, (_, at) => {
    const contents = tables.flatMap((table) => {
      const column = table.columns[at];
      if (column === undefined) return [];
      const shown = [...table.rows, ...table.totals.map(({ cells }) => cells)].map((cells) =>
        displayWidth(cellText(column.type, cells[at] ?? null)),
      );
      return [Math.ceil(displayWidth(column.heading) / 2) + 1, ...shown];
    });
    // Without spread: a table may have more rows than a call takes arguments.
    return Math.min(
      MAX_WIDTH,
      contents.reduce((most, width) => Math.max(most, width + 2), least),
    );
  });
}
