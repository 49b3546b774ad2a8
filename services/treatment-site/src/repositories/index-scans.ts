/**
 * Every statement of the flow finds its rows by an index. A plan made while a table was small must not go on scanning it
 * when it has grown.
 */
export function withIndexScans(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const options = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';
  url.searchParams.set('options', given ? `${given} ${options}` : options);
  return url.toString();
}
