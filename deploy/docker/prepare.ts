/**
 * Makes what docker-compose.yml needs before its first start, and keeps what is there: development keys and
 * certificates, passwords, and the ids of the user that the containers run as.
 *
 *   node_modules/.bin/node deploy/docker/prepare.ts [folder, .yijie/compose unless given]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { idToText, systemClock, systemIds, systemRandom } from '../../packages/runtime/src/index.ts';
import { createDevelopmentPki } from '../../packages/security/src/development/index.ts';

const repository = resolve(import.meta.dirname, '../..');
const folder = resolve(process.argv[2] ?? join(repository, '.yijie/compose'));
const homeProvince = '430000';
const treatmentProvince = '410000';
const nationalCentre = '100000';

const clock = systemClock();
const ids = systemIds(clock, systemRandom());
mkdirSync(folder, { recursive: true, mode: 0o700 });

const postgresPassword = keepOrMake('postgres-password', () => password());
keepOrMake('home-database-url', () => databaseUrl(`yijie_home_${homeProvince}`));
keepOrMake('clearing-database-url', () => databaseUrl('yijie_clearing'));
keepOrMake('treatment-database-url', () => databaseUrl(`yijie_treatment_${treatmentProvince}`));
// Grafana runs as a user of its own; the folder keeps others on this machine out.
keepOrMake('grafana-password', () => password(), 0o644);

const institutions = readFileSync(join(repository, 'data/demo/reference/institutions.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => ({ institutionCode: line.slice(0, line.indexOf(',')) }));
await createDevelopmentPki({
  folder: join(folder, 'keys'),
  identities: [
    { kind: 'service', service: 'home-region', province: homeProvince },
    { kind: 'service', service: 'treatment-site', province: treatmentProvince },
    { kind: 'service', service: 'clearing', province: nationalCentre },
    ...institutions.map(({ institutionCode }) => ({ kind: 'institution', institutionCode }) as const),
    { kind: 'operations', person: 'operator-1' },
  ],
  provinces: [homeProvince, treatmentProvince, nationalCentre],
  hosts: ['home-region', 'treatment-site', 'clearing'],
  clock,
  entropy: ids,
});

const user = process.getuid?.() ?? 1000;
// As root here, still not as root in there.
const uid = user === 0 ? 1000 : user;
const gid = user === 0 ? 1000 : (process.getgid?.() ?? 1000);
writeFileSync(join(folder, 'compose.env'), `YIJIE_UID=${uid}\nYIJIE_GID=${gid}\n`);
process.stdout.write(`Ready: docker compose --env-file ${join(folder, 'compose.env')} up --build\n`);
if (user === 0)
  process.stdout.write(`Let user ${uid} read the keys first: chown -R ${uid}:${gid} ${folder}\n`);

function keepOrMake(name: string, make: () => string, mode = 0o600): string {
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, make(), { mode });
  return readFileSync(file, 'utf8');
}

/** 128 random bits. */
function password(): string {
  return idToText(ids.opaque()).replaceAll('-', '');
}

function databaseUrl(database: string): string {
  return `postgresql://yijie:${postgresPassword}@postgres:5432/${database}`;
}
