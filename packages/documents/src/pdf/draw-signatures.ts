import type { PaperBlock, SignaturePlace } from '../paper/paper.ts';
import { type Box, LINE_HEIGHT, type PdfSheet, SEAL_COLOUR } from './pdf-sheet.ts';

const SIZE = 9.5;
const LEADING = SIZE * 2.2;

/** Room for a label and a name. */
const LINE_WIDTH = 170;

/** A seal of a prefecture's or county's office is 42 mm across (国发〔1999〕25号), one of a department mostly 36. */
const SEAL_MM = 42;
const COMPACT_SEAL_MM = 36;
const SEAL_AIR = 10;

function sealRadius({ compact }: PdfSheet): number {
  return ((compact ? COMPACT_SEAL_MM : SEAL_MM) / 25.4 / 2) * 72;
}

type SignaturesBlock = Extract<PaperBlock, { kind: 'signatures' }>;

/** Lines to sign at the left, places of seals at the right; all together on one page. */
export function drawSignatures(block: SignaturesBlock, sheet: PdfSheet): void {
  const { lines, seals, sealSize, linesWidth, across, linesHeight, height } = layoutOf(block, sheet);
  sheet.ensure(height);
  const box = sheet.row(height);
  lines.forEach((place, index) => {
    const width = linesWidth / across;
    const x = box.x + (index % across) * width;
    const y = box.y + Math.floor(index / across) * LEADING + (height - linesHeight) / 2;
    drawLine(place, { x, y, width, height: LEADING }, sheet);
  });
  seals.forEach((place, index) => {
    const x = box.x + linesWidth + index * sealSize;
    drawSeal(place, { x, y: box.y + (height - sealSize) / 2, width: sealSize, height: sealSize }, sheet);
  });
}

export function heightOfSignatures(block: SignaturesBlock, sheet: PdfSheet): number {
  return layoutOf(block, sheet).height;
}

function layoutOf({ places }: SignaturesBlock, sheet: PdfSheet) {
  const seals = places.filter(({ seal }) => seal !== undefined);
  const lines = places.filter(({ seal }) => seal === undefined);
  const sealSize = 2 * sealRadius(sheet) + SEAL_AIR;
  const linesWidth = sheet.width - seals.length * sealSize;
  const across = Math.max(1, Math.min(lines.length, Math.floor(linesWidth / LINE_WIDTH)));
  const linesHeight = Math.ceil(lines.length / across) * LEADING;
  const height = Math.max(linesHeight, seals.length > 0 ? sealSize : 0);
  return { lines, seals, sealSize, linesWidth, across, linesHeight, height };
}

function drawLine({ label, value = '' }: SignaturePlace, box: Box, sheet: PdfSheet): void {
  const text = `${label}：`;
  const written = sheet.widthOf(text, { size: SIZE });
  const base = box.y + (box.height + SIZE) / 2 + 1.5;
  sheet.text(text, box, { size: SIZE });
  sheet.text(value, { ...box, x: box.x + written + 4 }, { size: SIZE });
  sheet.line(box.x + written, base, box.x + box.width - 14, base);
}

function drawSeal({ label, seal = '' }: SignaturePlace, box: Box, sheet: PdfSheet): void {
  const radius = sealRadius(sheet);
  sheet.sealPlace(box.x + box.width / 2, box.y + box.height / 2, radius);
  const style = { size: 8.5, align: 'center', colour: SEAL_COLOUR } as const;
  const name = sheet.evenLines(seal, 1.5 * radius, style);
  const text = [...name, label.includes('（') ? label : `（${label}）`];
  const height = text.length * style.size * LINE_HEIGHT;
  sheet.textLines(text, { ...box, y: box.y + (box.height - height) / 2, height }, style);
}
