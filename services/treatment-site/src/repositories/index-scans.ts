/**
 * Every statement of the flow finds its rows by an index. A plan made while a table was small must not go on scanning it
 * when it has grown.
 */
export function withIndexScans(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const options = [
    'enable_seqscan',
    'enable_bitmapscan',
    'enable_hashjoin',
    'enable_mergejoin',
    'enable_material',
  ]
    .map((setting) => `-c ${setting}=off`)
    .join(' ');
  url.searchParams.set('options', given ? `${given} ${options}` : options);
  return url.toString();
}
