import type { Paper } from '../paper/paper.ts';
import { wrapText } from '../paper/wrap-text.ts';
import type { PageSize } from './paper-size.ts';

/** Points. 15 mm at the sides, 18 mm above, room for the foot below. */
const MARGIN = { side: 42, top: 48, bottom: 46 };
const COMPACT_TOP = 34;
export const SIDE_MARGINS = 2 * MARGIN.side;

export const LINE_HEIGHT = 1.4;
export const HAIRLINE = 0.5;
const TITLE_SIZE = 17;
const HEAD_SIZE = 9;
const FOOT_SIZE = 7;

export type Weight = 'regular' | 'bold';
type Alignment = 'left' | 'center' | 'right';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly align?: Alignment;
  readonly colour?: string;
}

/** Pages with a title, a head and a foot, and how far down the page is written. All lengths are points. */
export class PdfSheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #paper: Paper;
  readonly #widths: Readonly<Record<Weight, Map<string, number>>> = { regular: new Map(), bold: new Map() };
  #size: PageSize = { width: 0, height: 0 };
  y = 0;

  constructor(document: PDFKit.PDFDocument, paper: Paper) {
    this.#document = document;
    this.#paper = paper;
  }

  get compact(): boolean {
    return this.#paper.compact ?? false;
  }

  get left(): number {
    return MARGIN.side;
  }

  get width(): number {
    return this.#size.width - SIDE_MARGINS;
  }

  /** What is left of the page. */
  get room(): number {
    return this.#size.height - MARGIN.bottom - this.y;
  }

  begin(size: PageSize): void {
    this.#size = size;
    this.newPage();
    const { title, head } = this.#paper;
    for (const line of this.lines(title, this.width, { size: TITLE_SIZE, weight: 'bold' })) {
      this.text(line, this.row(TITLE_SIZE * LINE_HEIGHT), {
        size: TITLE_SIZE,
        weight: 'bold',
        align: 'center',
      });
    }
    this.y += 4;
    for (const parts of head) this.#headLine(parts);
    this.y += 3;
  }

  newPage(): void {
    this.#document.addPage({ size: [this.#size.width, this.#size.height], margin: 0 });
    this.y = this.compact ? COMPACT_TOP : MARGIN.top;
  }

  /** A new page when less than `height` is left. */
  ensure(height: number): void {
    if (this.room < height) this.newPage();
  }

  /** A box over the whole width at the place reached, which moves below it. */
  row(height: number): Box {
    const box = { x: this.left, y: this.y, width: this.width, height };
    this.y += height;
    return box;
  }

  widthOf(text: string, { size, weight = 'regular' }: TextStyle): number {
    const widths = this.#widths[weight];
    let sum = 0;
    for (const character of text) {
      let width = widths.get(character);
      if (width === undefined) {
        width = this.#document.font(weight).fontSize(1_000).widthOfString(character);
        widths.set(character, width);
      }
      sum += width;
    }
    return (sum * size) / 1_000;
  }

  lines(text: string, width: number, style: TextStyle): string[] {
    return wrapText(text, width, (part) => this.widthOf(part, style));
  }

  /** As few lines as `lines` takes, of about the same length: for headings, labels and seals. */
  evenLines(text: string, width: number, style: TextStyle): string[] {
    const count = this.lines(text, width, style).length;
    const step = style.size / 2;
    let tried = Math.max(this.widthOf(text, style) / count, style.size);
    while (tried < width && this.lines(text, tried, style).length > count) tried += step;
    return this.lines(text, Math.min(tried, width), style);
  }

  /** One line of text in the middle of a box's height. */
  text(line: string, box: Box, style: TextStyle): void {
    if (line === '') return;
    const { size, weight = 'regular', align = 'left', colour = 'black' } = style;
    const free = box.width - this.widthOf(line, style);
    const x = box.x + (align === 'left' ? 0 : align === 'right' ? free : free / 2);
    this.#document
      .font(weight)
      .fontSize(size)
      .fillColor(colour)
      .text(line, x, box.y + (box.height - size) / 2, { lineBreak: false });
  }

  /** Lines of text, together in the middle of a box's height. */
  textLines(lines: readonly string[], box: Box, style: TextStyle): void {
    const leading = style.size * LINE_HEIGHT;
    const top = box.y + (box.height - leading * lines.length) / 2;
    lines.forEach((line, index) => {
      this.text(line, { ...box, y: top + index * leading, height: leading }, style);
    });
  }

  rectangle({ x, y, width, height }: Box, thickness = HAIRLINE): void {
    this.#document.lineWidth(thickness).strokeColor('black').rect(x, y, width, height).stroke();
  }

  line(fromX: number, fromY: number, toX: number, toY: number, thickness = HAIRLINE): void {
    this.#document.lineWidth(thickness).strokeColor('black').moveTo(fromX, fromY).lineTo(toX, toY).stroke();
  }

  shade({ x, y, width, height }: Box): void {
    this.#document.rect(x, y, width, height).fill('#f2f2f2');
  }

  /** Where a seal goes: it is put on by hand or by the office's own system, so the circle is only a mark. */
  sealPlace(centreX: number, centreY: number, radius: number): void {
    this.#document
      .lineWidth(0.8)
      .strokeColor(SEAL_COLOUR)
      .dash(3, { space: 2 })
      .circle(centreX, centreY, radius)
      .stroke()
      .undash();
  }

  /** The foot can only be written once all pages are there: it counts them. */
  numberPages(): void {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.#document.switchToPage(start + page);
      const y = this.#size.height - MARGIN.bottom + 10;
      const box = { x: this.left, y: y + 3, width: this.width, height: FOOT_SIZE * LINE_HEIGHT };
      this.line(this.left, y, this.left + this.width, y);
      this.text(this.#paper.foot, box, { size: FOOT_SIZE, colour: '#444444' });
      this.text(`第 ${page + 1} 页　共 ${count} 页`, box, {
        size: FOOT_SIZE,
        align: 'right',
        colour: '#444444',
      });
    }
  }

  #headLine(parts: readonly string[]): void {
    const box = this.row(HEAD_SIZE * LINE_HEIGHT + 1);
    const alignments: readonly Alignment[] =
      parts.length === 1 ? ['left'] : parts.length === 2 ? ['left', 'right'] : ['left', 'center', 'right'];
    parts.forEach((part, index) => {
      this.text(part, box, { size: HEAD_SIZE, align: alignments[index] ?? 'left' });
    });
  }
}

export const SEAL_COLOUR = '#c00000';
