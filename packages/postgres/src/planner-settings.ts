/**
 * How the server plans statements that look single rows up. Each is planned once per connection, for any batch: planning the
 * read of a batch anew costs more than running it. Reads go by index also while the tables are still small, so that a
 * plan made on the first day holds when they have grown (a plan of empty tables read whole ones: 8 ms a settlement).
 */
const SETTINGS = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

/** The connection string with these settings for every connection made from it. */
export function withPlannerSettings(connectionString: string): string {
  const url = new URL(connectionString);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', given === null ? SETTINGS : `${given} ${SETTINGS}`);
  return url.toString();
}
