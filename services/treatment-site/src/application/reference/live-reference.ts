import { type LocalDate, localDate } from '@yijie/calendar';
import type { CatalogueRow, ItemClass, ItemGroup } from '@yijie/catalogue';
import type { FeeCategoryCode } from '@yijie/codes';
import { basisPoints } from '@yijie/money';
import type { Database } from '@yijie/postgres';
import { referenceRevision, rowsEver } from '../../repositories/reference.ts';
import type { Institutions } from './institutions.ts';
import type { ItemMappings } from './item-mappings.ts';

/** Takes over what was loaded since, by this replica or another, while the service runs. */
export interface LiveReference {
  /** Of the regions loaded; undefined for a code that none of them has. */
  regionName(code: string): string | undefined;
  refresh(): Promise<void>;
}

export async function openLiveReference(parts: {
  readonly database: Database;
  readonly institutions: Institutions;
  readonly mappings: ItemMappings;
}): Promise<LiveReference> {
  const { database, institutions, mappings } = parts;
  let revision = 0;
  let regionNames = new Map<string, string>();
  const live: LiveReference = {
    regionName: (code) => regionNames.get(code),
    async refresh() {
      const latest = await referenceRevision(database);
      if (latest === revision) return;
      const catalogue = await loadedCatalogue(database);
      if (catalogue.length > 0) await mappings.useCatalogue(catalogue);
      // A code keeps the last name it had: old slips name regions that are no more.
      const regions = await rowsEver(database, 'regions');
      regionNames = new Map(regions.map(({ key, fields }) => [key, fields.name ?? key]));
      await institutions.refresh();
      revision = latest;
    },
  };
  await live.refresh();
  return live;
}

/** Each entry for the days on which both its own dates and those of its version hold. */
async function loadedCatalogue(database: Database): Promise<CatalogueRow[]> {
  const rows = await rowsEver(database, 'catalogue');
  return rows.flatMap(({ fields, from, until }) => {
    const validFrom = later(localDate(fields.valid_from ?? ''), from);
    const validUntil = earlier(
      fields.valid_until === '' ? undefined : localDate(fields.valid_until ?? ''),
      until,
    );
    if (validUntil !== undefined && validUntil <= validFrom) return [];
    return [
      {
        nationalCode: fields.national_code ?? '',
        itemClass: fields.item_class as ItemClass,
        prepayRatio: basisPoints(Number(fields.prepay_ratio_bp)),
        priceLimitE4: priceE4(fields.price_limit_yuan ?? ''),
        category: fields.category as FeeCategoryCode,
        group: fields.item_group as ItemGroup,
        validFrom,
        validUntil,
      },
    ];
  });
}

/** The form was checked when the version was loaded. */
function priceE4(yuan: string): number | undefined {
  if (yuan === '') return undefined;
  const [whole = '', decimals = ''] = yuan.split('.');
  return Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'));
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

function earlier(a: LocalDate | undefined, b: LocalDate | null): LocalDate | undefined {
  if (a === undefined || b === null) return a ?? b ?? undefined;
  return a < b ? a : b;
}
