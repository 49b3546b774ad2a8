const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

/** Rows of a page; 0 asks for the default, and undefined says that it is too many. */
export function pageSizeOf(asked: number): number | undefined {
  if (asked < 0 || asked > PAGE_MAX) return undefined;
  return asked === 0 ? PAGE_DEFAULT : asked;
}

/** Of one row more than asked for: what is shown, and the last of it when there is a next page. */
export function pageOf<Row>(
  found: readonly Row[],
  size: number,
): { readonly shown: readonly Row[]; readonly last: Row | undefined } {
  const shown = found.slice(0, size);
  return { shown, last: found.length > size ? shown.at(-1) : undefined };
}
