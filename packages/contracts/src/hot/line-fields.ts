import type { BillColumns, BillLine } from '@yijie/catalogue';
import type { ProtoReader } from './proto-reader.ts';

const LENGTH_DELIMITED = 2;
/** Tags (field number × 8 + wire type) of the fields of ChargeLine that the hot path reads. */
const LINE_NUMBER = 1 << 3;
const ITEM_CODE = (2 << 3) | LENGTH_DELIMITED;
const QUANTITY_E4 = 3 << 3;
const UNIT_PRICE_E4 = 4 << 3;
const AMOUNT_FEN = 5 << 3;
const SERVICE_DATE = 6 << 3;
/** Seldom there, and not read into columns. */
const OUTSIDE_INSTITUTION_CODE = (15 << 3) | LENGTH_DELIMITED;

/** Fields 1 to 6 and 15 of one ChargeLine, read over and over into the same object; everything else is skipped. */
export class LineFields {
  private lineNumber = 0;
  private codeStart = 0;
  private codeEnd = 0;
  private quantityE4 = 0;
  private unitPriceE4 = 0;
  private amountFen = 0;
  private serviceDate = 0;
  private outsideStart = 0;
  private outsideEnd = 0;

  /** Reads the line that ends at `end`. */
  read(reader: ProtoReader, end: number): void {
    let lineNumber = 0;
    let codeStart = end;
    let codeEnd = end;
    let quantityE4 = 0;
    let unitPriceE4 = 0;
    let amountFen = 0;
    let serviceDate = 0;
    let outsideStart = end;
    let outsideEnd = end;
    while (reader.position < end) {
      const tag = reader.varint();
      switch (tag) {
        case LINE_NUMBER:
          lineNumber = reader.int32();
          break;
        case ITEM_CODE:
          codeEnd = reader.delimitedEnd();
          codeStart = reader.position;
          reader.position = codeEnd;
          break;
        case QUANTITY_E4:
          quantityE4 = reader.sint64();
          break;
        case UNIT_PRICE_E4:
          unitPriceE4 = reader.sint64();
          break;
        case AMOUNT_FEN:
          amountFen = reader.sint64();
          break;
        case SERVICE_DATE:
          serviceDate = reader.int32();
          break;
        case OUTSIDE_INSTITUTION_CODE:
          outsideEnd = reader.delimitedEnd();
          outsideStart = reader.position;
          reader.position = outsideEnd;
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.finish(end);
    this.lineNumber = lineNumber;
    this.codeStart = codeStart;
    this.codeEnd = codeEnd;
    this.quantityE4 = quantityE4;
    this.unitPriceE4 = unitPriceE4;
    this.amountFen = amountFen;
    this.serviceDate = serviceDate;
    this.outsideStart = outsideStart;
    this.outsideEnd = outsideEnd;
  }

  appendTo(columns: BillColumns, bytes: Uint8Array): void {
    const { codeStart, codeEnd } = this;
    columns.reserve(codeEnd - codeStart);
    const line = columns.count;
    columns.setItemCode(bytes, codeStart, codeEnd);
    columns.lineNumber[line] = this.lineNumber;
    columns.quantityE4[line] = this.quantityE4;
    columns.unitPriceE4[line] = this.unitPriceE4;
    columns.amountFen[line] = this.amountFen;
    columns.serviceDate[line] = this.serviceDate;
    columns.count = line + 1;
  }

  toLine(bytes: Buffer): BillLine {
    const line = {
      lineNumber: this.lineNumber,
      itemCode: bytes.toString('utf8', this.codeStart, this.codeEnd),
      quantityE4: this.quantityE4,
      unitPriceE4: this.unitPriceE4,
      amountFen: this.amountFen,
      serviceDate: this.serviceDate,
    };
    return this.outsideStart === this.outsideEnd
      ? line
      : { ...line, outsideInstitutionCode: bytes.toString('utf8', this.outsideStart, this.outsideEnd) };
  }
}
