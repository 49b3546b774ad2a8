import { join } from 'node:path';
import { DATA_FOLDER } from './data-folder.ts';
import { DataError, readTable } from './table.ts';

/** The national files a seed catalogue is made of, in the words of this package. */
export interface SeedSources {
  readonly services: readonly ServiceSource[];
  readonly composedServices: readonly ServiceSource[];
  readonly drugs: readonly DrugSource[];
  readonly drugCatalogue: readonly DrugCatalogueSource[];
  readonly consumables: readonly ConsumableSource[];
}

interface ServiceSource {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  /** Nine digits of the national price list. */
  readonly baseCode: string;
}

interface DrugSource {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly listClass: string;
  readonly listNumber: string;
  readonly classBasis: string;
}

interface DrugCatalogueSource {
  /** Made here: see {@link entryCodes}. */
  readonly code: string;
  readonly name: string;
  readonly form: string;
  readonly part: string;
  readonly listNumber: string;
  readonly listClass: string;
  readonly category: string;
  readonly isNegotiated: boolean;
}

interface ConsumableSource {
  readonly code: string;
  readonly name: string;
}

export function readSeedSources(folder = DATA_FOLDER): SeedSources {
  const services = readTable(join(folder, 'services.csv'), SERVICE_COLUMNS);
  const composed = readTable(join(folder, 'services_composed_synthetic.csv'), COMPOSED_COLUMNS);
  const drugs = readTable(join(folder, 'drugs.csv'), DRUG_COLUMNS);
  const drugCatalogue = readTable(join(folder, 'drug_catalogue_2024.csv'), DRUG_CATALOGUE_COLUMNS);
  const consumables = readTable(join(folder, 'consumables.csv'), CONSUMABLE_COLUMNS);
  const codes = entryCodes(drugCatalogue);
  return {
    services: services.map((row) => ({
      code: row.code,
      name: row.name,
      category: row.med_chrgitm_type,
      baseCode: row.base_code9,
    })),
    composedServices: composed.map((row) => ({
      code: row.composed_code,
      name: row.name,
      category: row.med_chrgitm_type,
      baseCode: row.base_code9,
    })),
    drugs: drugs.map((row) => ({
      code: row.code,
      name: row.generic_name,
      category: row.med_chrgitm_type,
      listClass: row.list_class,
      listNumber: row.list_no,
      classBasis: row.class_basis,
    })),
    drugCatalogue: drugCatalogue.map((row, position) => ({
      code: codes[position] as string,
      name: row.name,
      form: row.dosage_form,
      part: row.part,
      listNumber: row.list_no,
      listClass: row.list_class,
      category: row.med_chrgitm_type,
      isNegotiated: row.pay_standard !== '' || row.pay_standard_secret === '1',
    })),
    consumables: consumables.map((row) => ({
      code: row.code,
      name: row.generic_name || [row.l3, row.generic_class].map(withoutNumber).join('，'),
    })),
  };
}

/** The parts of the drug catalogue, each with numbers of its own. */
const PART_LETTERS: Readonly<Record<string, string>> = {
  western: 'W',
  tcm_patent: 'T',
  negotiated_western: 'NW',
  negotiated_tcm: 'NT',
  bid_western: 'BW',
};

/**
 * The position of each entry in the printed catalogue: part and number, and for the rows the catalogue repeats with a
 * star (another form, another place) `.1`, `.2`, … in the order of print. NRDL2024-W-842.1 is 紫杉醇(白蛋白结合型).
 */
function entryCodes(rows: readonly { readonly part: string; readonly list_no: string }[]): string[] {
  const repeats = new Map<string, number>();
  return rows.map(({ part, list_no: listNumber }) => {
    const letter = PART_LETTERS[part];
    const number = /^(?:★[(（])?(\d+)[)）]?$/.exec(listNumber)?.[1];
    if (letter === undefined || number === undefined) {
      throw new DataError(`drug catalogue: no place for ${part} ${listNumber}`);
    }
    const code = `NRDL2024-${letter}-${number}`;
    if (!listNumber.startsWith('★')) return code;
    const repeat = (repeats.get(code) ?? 0) + 1;
    repeats.set(code, repeat);
    return `${code}.${repeat}`;
  });
}

function withoutNumber(text: string): string {
  return text.replace(/^\d+-/, '');
}

const SERVICE_COLUMNS = [
  'code',
  'name',
  'unit',
  'med_chrgitm_type',
  'category_name',
  'category_basis',
  'src_chapter',
  'src_fee_item',
  'base_code9',
  'sub_code4',
  'is_surcharge',
  'unit_basis',
  'src',
] as const;

const COMPOSED_COLUMNS = [
  'composed_code',
  'base_code9',
  'name',
  'med_chrgitm_type',
  'unit_assumed',
  'also_in_services_csv',
  'code_confirmed',
] as const;

const DRUG_COLUMNS = [
  'code',
  'code_len',
  'generic_name',
  'dosage_form',
  'spec',
  'pack',
  'manufacturer',
  'approval_no',
  'list_class',
  'chrgitm_lv',
  'class_basis',
  'list_no',
  'limited_flag',
  'limit_scope',
  'rule_limits',
  'med_chrgitm_type',
  'local_self_pay_ratio',
  'hospital_price',
  'src',
] as const;

const DRUG_CATALOGUE_COLUMNS = [
  'part',
  'part_cn',
  'class_code',
  'class_name',
  'list_class',
  'list_no',
  'name',
  'dosage_form',
  'limit_scope',
  'limited_flag',
  'pay_standard',
  'pay_standard_secret',
  'agreement_period',
  'chrgitm_lv',
  'med_chrgitm_type',
] as const;

const CONSUMABLE_COLUMNS = [
  'code',
  'l1',
  'l2',
  'l3',
  'generic_class',
  'material',
  'spec',
  'generic_no',
  'generic_name',
  'manufacturer',
  'company_code',
  'med_chrgitm_type',
] as const;
