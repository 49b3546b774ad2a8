/**
 * Every statement of the flow finds its rows by an index. A plan made while a table was small must not go on scanning it
 * when it has grown. Each is planned once per connection, for any batch: planning a batch's statement anew costs a
 * seventh of running it.
 */
export function withIndexScans(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const options = [
    'plan_cache_mode=force_generic_plan',
    'jit=off',
    'enable_seqscan=off',
    'enable_bitmapscan=off',
    'enable_hashjoin=off',
    'enable_mergejoin=off',
    'enable_material=off',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');
  url.searchParams.set('options', given ? `${given} ${options}` : options);
  return url.toString();
}
