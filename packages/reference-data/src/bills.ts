import { join } from 'node:path';
import { type LocalDate, localDateToNumber } from '@yijie/calendar';
import type { BillLine } from '@yijie/catalogue';
import type { FeeCategoryCode } from '@yijie/codes';
import { parseYuan } from '@yijie/money';
import { DATA_FOLDER } from './data-folder.ts';
import { day, feeCategory, required, tenThousandths } from './fields.ts';
import { readMappings } from './mappings.ts';
import { DataError, mapRows, readTable } from './table.ts';

/** A printed line of a bill, with the hospital's own code of its item. */
export interface PrintedLine extends BillLine {
  readonly itemName: string;
  readonly specification: string;
  /** HH:MM:SS */
  readonly serviceTime: string;
  /** The day that stands on the paper. */
  readonly printedDate: LocalDate;
  readonly expectedCategory: FeeCategoryCode;
}

const COLUMNS = [
  'line_no',
  'fee_time',
  'item_name',
  'spec',
  'qty',
  'unit_price',
  'amount',
  'expected_med_chrgitm_type',
  'national_code',
  'list_class',
] as const;

/**
 * A published bill, data/bills/<name>.csv, with every line dated `serviceDate` (the bills are of years for which no
 * catalogue is at hand) and item codes from the institution's mapping table, by name and specification.
 */
export function readBill(
  name: string,
  institution: string,
  serviceDate: LocalDate,
  folder = DATA_FOLDER,
): PrintedLine[] {
  const codes = new Map(
    readMappings(institution, folder).map((item) => [
      keyOf(item.itemName, item.specification),
      item.itemCode,
    ]),
  );
  const file = join(folder, 'bills', `${name}.csv`);
  return mapRows(file, readTable(file, COLUMNS), (row) => {
    const itemCode = codes.get(keyOf(row.item_name, row.spec));
    if (itemCode === undefined)
      throw new DataError(`${institution} maps no item ${row.item_name} ${row.spec}`);
    const amountFen = parseYuan(row.amount);
    if (amountFen === undefined) throw new DataError(`amount isn't yuan: ${row.amount}`);
    const [printedDate = '', serviceTime = ''] = row.fee_time.split(' ');
    return {
      lineNumber: Number(required(row.line_no, 'line_no')),
      itemCode,
      itemName: row.item_name,
      specification: row.spec,
      quantityE4: tenThousandths(row.qty, 'qty'),
      unitPriceE4: tenThousandths(row.unit_price, 'unit_price'),
      amountFen,
      serviceDate: localDateToNumber(serviceDate),
      serviceTime,
      printedDate: day(printedDate, 'fee_time'),
      expectedCategory: feeCategory(row.expected_med_chrgitm_type),
    };
  });
}

function keyOf(itemName: string, specification: string): string {
  return `${itemName}\t${specification}`;
}
