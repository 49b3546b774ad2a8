import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { repository } from './deployed-files.ts';

/** What can be checked of the container files without a container engine. */

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const composeText = readFileSync(`${repository}docker-compose.yml`, 'utf8');
const compose = parse(composeText, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const dockerfile = readFileSync(`${repository}deploy/docker/Dockerfile`, 'utf8');
const ours = services.filter(([, { build }]) => build !== undefined);

describe('docker-compose.yml', () => {
  test('has every part of the cluster', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      'clearing',
      'grafana',
      'home-region',
      'kafka',
      'postgres',
      'prometheus',
      'redis',
      'treatment-site',
    ]);
  });

  test('is understood by docker compose, where it is installed', () => {
    const compose = (...args: string[]) =>
      spawnSync('docker', ['compose', '--project-directory', repository, ...args], {
        encoding: 'utf8',
        env: { ...process.env, YIJIE_UID: '1000', YIJIE_GID: '1000' },
      });
    const isInstalled = compose('version').status === 0;
    const { status, stderr } = isInstalled ? compose('config', '--quiet') : { status: 0, stderr: '' };
    expect([status, stderr]).toEqual([0, '']);
  });

  test.each(services)('%s names what is declared, and files that are there', (_name, service) => {
    for (const network of service.networks ?? []) expect(compose.networks).toHaveProperty(network);
    for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./.yijie/')) continue;
      if (source.startsWith('./')) expect([source, existsSync(repository + source)]).toEqual([source, true]);
      else expect(compose.volumes).toHaveProperty(source);
    }
    const needs = Array.isArray(service.depends_on)
      ? service.depends_on
      : Object.keys(service.depends_on ?? {});
    for (const needed of needs) expect(compose.services).toHaveProperty(needed);
  });

  test.each(services)(
    '%s runs a fixed version, without privileges, reachable from this machine alone',
    (_name, service) => {
      expect(service.image).toMatch(/:v?\d+\.\d+/);
      expect(service.privileged).toBeUndefined();
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    },
  );

  test('holds no password', () => {
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|DATABASE_URL/.test(name))
          expect([name, String(value)]).toEqual([name, expect.stringMatching(/^\/run\/secrets\//)]);
        expect(String(value)).not.toMatch(/:\/\/[^/]*:[^/]*@/);
      }
    }
  });

  test.each(ours)(
    '%s is built by a stage of the Dockerfile, read-only, as nobody special',
    (name, service) => {
      expect(dockerfile).toMatch(new RegExp(`^FROM service AS ${name}$`, 'm'));
      expect(service.build).toMatchObject({ dockerfile: 'deploy/docker/Dockerfile', target: name });
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.user).toMatch(/YIJIE_UID/);
    },
  );

  test.each(ours)('%s is given settings that it knows, and all that it requires', (name, service) => {
    const declared = settingsOf(name);
    const given = Object.keys(service.environment ?? {}).map((variable) =>
      variable.replace(/_FILE$/, (suffix) => (declared.has(variable) ? suffix : '')),
    );
    expect(given.filter((variable) => !declared.has(variable))).toEqual([]);
    const required = [...declared].filter(([, isRequired]) => isRequired).map(([variable]) => variable);
    expect(required.filter((variable) => !given.includes(variable))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  test('copies what is there, and what the build context lets through', () => {
    const ignored = readFileSync(`${repository}.dockerignore`, 'utf8');
    for (const [, sources = ''] of dockerfile.matchAll(/^COPY (?:--chown=\S+ )?((?!--from)\S.*) \S+$/gm)) {
      for (const source of sources.split(' ')) {
        expect([source, existsSync(repository + source)]).toEqual([source, true]);
        expect(ignored).toContain(`!${source}\n`);
      }
    }
  });

  test('starts the services as they are started everywhere', () => {
    for (const [name] of ours) {
      expect(dockerfile).toContain(`"services/${name}/src/main.ts"`);
      expect(existsSync(`${repository}services/${name}/src/main.ts`)).toBe(true);
    }
  });

  test('runs as a user without rights, and pins the package manager to ours', () => {
    const finalStages = dockerfile.slice(dockerfile.indexOf(' AS service'));
    expect(finalStages).toMatch(/^USER node$/m);
    expect(finalStages).not.toMatch(/^USER root$/m);
    const [, version] = /PNPM_VERSION=(\S+)/.exec(dockerfile) ?? [];
    expect(readFileSync(`${repository}scripts/install.mjs`, 'utf8')).toContain(`pnpm@${version}`);
  });
});

test('prepare.ts makes every file that the compose file takes from the host, and keeps it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-compose-'));
  const prepare = (): string =>
    execFileSync(process.execPath, ['--no-warnings', `${repository}deploy/docker/prepare.ts`, folder], {
      encoding: 'utf8',
    });
  try {
    expect(prepare()).toContain('docker compose --env-file');
    for (const { file } of Object.values(compose.secrets)) {
      const made = file.replace('./.yijie/compose', folder);
      expect([file, existsSync(made)]).toEqual([file, true]);
    }
    const passwordBefore = readFileSync(join(folder, 'postgres-password'), 'utf8');
    expect(passwordBefore).toMatch(/^[0-9a-f]{32}$/);
    expect(readFileSync(join(folder, 'home-database-url'), 'utf8')).toContain(passwordBefore);
    expect(statSync(join(folder, 'postgres-password')).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'compose.env'), 'utf8')).toMatch(
      /^YIJIE_UID=[1-9]\d*\nYIJIE_GID=[1-9]\d*\n$/,
    );
    const keys = readdirSync(join(folder, 'keys'));
    for (const [name, { environment }] of ours) {
      expect(keys).toContain(`service-${name}-${environment?.YIJIE_PROVINCE ?? environment?.YIJIE_AGENCY}`);
    }
    expect(keys.some((name) => /^institution-H\d+$/.test(name))).toBe(true);

    prepare();
    expect(readFileSync(join(folder, 'postgres-password'), 'utf8')).toBe(passwordBefore);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

/** Variables of a service and whether each is required, as the service itself says when it gets none and when it runs. */
function settingsOf(service: string): Map<string, boolean> {
  const program = `
    import * as config from '${repository}services/${service}/src/config.ts';
    import { declarations } from '${repository}packages/runtime/src/config.ts';
    const schema = Object.values(config).find((value) => value?.shape !== undefined);
    console.log(JSON.stringify(declarations(schema).map(({ variable, required }) => [variable, required])));`;
  const output = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return new Map(JSON.parse(output) as [string, boolean][]);
}
