import { localDate } from '@yijie/calendar';
import type { ItemClass, ItemGroup } from '@yijie/catalogue';
import type { FeeCategoryCode } from '@yijie/codes';
import { basisPoints } from '@yijie/money';
import type { CatalogueEntry } from './catalogue.ts';
import { feeCategory } from './fields.ts';
import type { SeedSources } from './seed-sources.ts';

/** The year for which the national drug catalogue 2024 is in force. */
const VALID_FROM = localDate('2025-01-01');
const VALID_UNTIL = localDate('2026-01-01');

/** [D] The provinces' 乙类 ratios aren't in the sources. 10 % is the commonest value of those that are quoted. */
const CLASS_B_RATIO_DEFAULT = basisPoints(1_000);

const NO_LIMIT = 'not public here: no limit applied [D]';
const RATIO_BASIS: Readonly<Record<ItemClass, string>> = {
  A: 'class A has none',
  B: 'not public here: 10 % [D]',
  C: 'class C is self-paid',
};

/**
 * A province's treatment catalogue from the national files of data/. The drug classes are the nation's. The classes of
 * services and consumables, the prepay ratios and the limits are a province's, and aren't public in a form that can be
 * carried: the default stands in their place and the basis columns say so.
 */
export function seedCatalogue(sources: SeedSources): CatalogueEntry[] {
  const services = [...sources.services, ...sources.composedServices.filter(isNotIn(sources.services))];
  return [
    ...services.map((row) => {
      const isRegistration = row.category === '13';
      return entry({
        nationalCode: row.code,
        name: row.name,
        codeKind: 'service',
        itemClass: isRegistration ? 'C' : 'A',
        classBasis: isRegistration
          ? 'registration fees are outside the scope of the fund (national scope rule of 1999)'
          : "the province's class isn't public here: class A [D]",
        category: feeCategory(row.category),
        group: row.baseCode.startsWith('4') ? 'TCM' : '',
      });
    }),
    ...sources.drugs.map((row) =>
      entry({
        nationalCode: row.code,
        name: row.name,
        codeKind: 'drug',
        ...drugClass(row.listClass, `${row.classBasis}${row.listNumber ? `, no. ${row.listNumber}` : ''}`),
        category: feeCategory(row.category),
      }),
    ),
    ...sources.drugCatalogue.map((row) =>
      entry({
        nationalCode: row.code,
        name: row.form === '' ? row.name : `${row.name}（${row.form}）`,
        codeKind: 'drug-catalogue-entry',
        ...drugClass(row.listClass, `national drug catalogue 2024, ${row.part}, no. ${row.listNumber}`),
        category: feeCategory(row.category),
        limitBasis: row.isNegotiated
          ? 'the negotiated standard is per specification, which an entry has none of: no limit applied [D]'
          : NO_LIMIT,
      }),
    ),
    ...sources.consumables.map((row) =>
      entry({
        nationalCode: row.code,
        name: row.name,
        codeKind: 'consumable',
        itemClass: 'B',
        classBasis: "the province's class isn't public here: class B [D]",
        category: '08',
      }),
    ),
  ];
}

interface Essentials {
  readonly nationalCode: string;
  readonly name: string;
  readonly codeKind: CatalogueEntry['codeKind'];
  readonly itemClass: ItemClass;
  readonly classBasis: string;
  readonly category: FeeCategoryCode;
  readonly group?: ItemGroup;
  readonly limitBasis?: string;
}

function entry(essentials: Essentials): CatalogueEntry {
  const { itemClass, category } = essentials;
  return {
    // 中药饮片 and 中成药 are what home policies mean by TCM, with the chapter of TCM services.
    group: category === '10' || category === '11' ? 'TCM' : '',
    limitBasis: NO_LIMIT,
    ...essentials,
    prepayRatio: itemClass === 'B' ? CLASS_B_RATIO_DEFAULT : basisPoints(0),
    ratioBasis: RATIO_BASIS[itemClass],
    priceLimitE4: undefined,
    validFrom: VALID_FROM,
    validUntil: VALID_UNTIL,
  };
}

/** 丙 isn't in the catalogue: a drug outside it is self-paid. */
function drugClass(listClass: string, basis: string): Pick<Essentials, 'itemClass' | 'classBasis'> {
  if (listClass === '甲') return { itemClass: 'A', classBasis: basis };
  if (listClass === '乙') return { itemClass: 'B', classBasis: basis };
  return { itemClass: 'C', classBasis: 'outside the national drug catalogue 2024' };
}

function isNotIn(rows: readonly { readonly code: string }[]): (row: { readonly code: string }) => boolean {
  const codes = new Set(rows.map(({ code }) => code));
  return ({ code }) => !codes.has(code);
}
