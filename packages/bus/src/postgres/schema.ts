/** SQL names are quoted by whoever passes them in; `schema` is checked to be a plain word. */
export function schemaSql(schema: string): string {
  return `
create schema if not exists ${schema};
create table if not exists ${schema}.topic (
  name text primary key,
  partitions int not null check (partitions > 0),
  retention_ms bigint
);
-- The row of a partition is locked by each publish until it commits, so offsets become visible in their order.
create table if not exists ${schema}.head (
  topic text not null references ${schema}.topic,
  partition int not null,
  next_offset bigint not null default 0,
  primary key (topic, partition)
);
create table if not exists ${schema}.record (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  key text not null,
  value bytea not null,
  -- name → base64
  headers jsonb not null,
  appended_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, "offset")
);
create index if not exists record_by_age on ${schema}.record (topic, appended_at);
create table if not exists ${schema}.member (
  id bigint generated always as identity primary key,
  group_id text not null,
  topics text[] not null,
  alive_until timestamptz not null
);
create index if not exists member_by_group on ${schema}.member (group_id);

create or replace function ${schema}.publish(
  to_topic text, partitions int[], keys text[], bodies bytea[], header_sets jsonb[]
) returns void language plpgsql as $body$
declare
  one record;
  first_offset bigint;
begin
  -- In the order of the partitions, so that two publishers never wait for each other.
  for one in
    select p as partition, count(*) as added from unnest(partitions) as p group by p order by p
  loop
    update ${schema}.head set next_offset = next_offset + one.added
      where topic = to_topic and partition = one.partition
      returning next_offset - one.added into strict first_offset;
    insert into ${schema}.record (topic, partition, "offset", key, value, headers)
      select to_topic, one.partition, first_offset + row_number() over (order by r.nth) - 1, r.key, r.body, r.headers
      from unnest(partitions, keys, bodies, header_sets) with ordinality as r (partition, key, body, headers, nth)
      where r.partition = one.partition;
  end loop;
  perform pg_notify('${schema}', 't' || to_topic);
end
$body$;
`;
}
