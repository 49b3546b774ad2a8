import { CATALOGUE_COLUMNS, type CatalogueEntry } from './catalogue.ts';

/** A catalogue as its CSV file, in order of code. */
export function catalogueText(entries: readonly CatalogueEntry[]): string {
  const lines = entries
    .toSorted((a, b) => (a.nationalCode < b.nationalCode ? -1 : 1))
    .map((entry) =>
      [
        entry.nationalCode,
        entry.name,
        entry.codeKind,
        entry.itemClass,
        entry.classBasis,
        String(entry.prepayRatio),
        entry.ratioBasis,
        entry.priceLimitE4 === undefined ? '' : yuanText(entry.priceLimitE4),
        entry.limitBasis,
        entry.category,
        entry.group,
        entry.validFrom,
        entry.validUntil ?? '',
      ]
        .map(field)
        .join(','),
    );
  return `${[CATALOGUE_COLUMNS.join(','), ...lines].join('\n')}\n`;
}

function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function yuanText(valueE4: number): string {
  const decimals = (valueE4 % 10_000).toString().padStart(4, '0').replace(/0+$/, '');
  const whole = Math.floor(valueE4 / 10_000).toString();
  return decimals === '' ? whole : `${whole}.${decimals}`;
}
