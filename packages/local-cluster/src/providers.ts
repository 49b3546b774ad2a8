import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDocker, startKafkaContainer, startPostgresContainer, startRedisContainer } from './containers.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { startNativeKafka } from './native-kafka.ts';
import { startNativeRedis } from './native-redis.ts';
import { type Part, PartError, type TlsFiles } from './part.ts';
import { kafkaVersion, postgresVersion, redisVersion } from './versions.ts';

/** Names of the settings that point to servers of the user's own. */
export const partVariables = {
  postgres: 'YIJIE_POSTGRES_URL',
  kafka: 'YIJIE_KAFKA_BROKERS',
  redis: 'YIJIE_REDIS_URL',
} as const;

export interface ProvideOptions {
  /** `own` passes over the environment: for tests that kill their server. */
  readonly sharing?: 'any' | 'own' | undefined;
  readonly onProgress?: ((sentence: string) => void) | undefined;
}

/** Where downloads and a trial's data are kept between runs: a folder of the clone that git ignores, or one that is named. */
export const cacheDir =
  process.env.YIJIE_CACHE_FOLDER || fileURLToPath(new URL('../../../.yijie/', import.meta.url));

interface Recipe {
  readonly name: Part['name'];
  version(url: string): Promise<string>;
  container(): Promise<Part>;
  local(dataDir: string, onProgress: ProvideOptions['onProgress']): Promise<Part>;
}

/** A part from the first provider that there is: environment, Docker, this machine (decision 10). */
export function providePostgres(options: ProvideOptions = {}): Promise<Part> {
  return provide(options, {
    name: 'postgres',
    version: postgresVersion,
    container: startPostgresContainer,
    local: (dataDir, onProgress) => startEmbeddedPostgres({ dataDir, onProgress }),
  });
}

export interface ProvideKafkaOptions extends ProvideOptions {
  /** The broker's TLS, for one of our own. */
  readonly tls?: TlsFiles | undefined;
}

export function provideKafka(options: ProvideKafkaOptions = {}): Promise<Part> {
  return provide(options, {
    name: 'kafka',
    version: kafkaVersion,
    container: () => startKafkaContainer(options.tls),
    local: (dataDir, onProgress) => startNativeKafka({ dataDir, onProgress, cacheDir, tls: options.tls }),
  });
}

export function provideRedis(options: ProvideOptions = {}): Promise<Part> {
  return provide(options, {
    name: 'redis',
    version: redisVersion,
    container: startRedisContainer,
    local: (dataDir, onProgress) => startNativeRedis({ dataDir, onProgress }),
  });
}

let docker: Promise<boolean> | undefined;

async function provide(options: ProvideOptions, recipe: Recipe): Promise<Part> {
  const variable = partVariables[recipe.name];
  const url = options.sharing === 'own' ? undefined : process.env[variable];
  if (url !== undefined && url !== '') return fromEnvironment(variable, url, recipe);
  docker ??= hasDocker();
  if (await docker) return recipe.container();
  return inTemporaryFolder((folder) => recipe.local(join(folder, recipe.name), options.onProgress));
}

/** A part whose data is thrown away when it stops. */
async function inTemporaryFolder(start: (folder: string) => Promise<Part>): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user; its own folder inside is closed to others.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const part = await start(folder);
    return {
      ...part,
      async stop() {
        await part.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function fromEnvironment(variable: string, url: string, recipe: Recipe): Promise<Part> {
  const version = await recipe.version(url).catch((cause: Error) => {
    throw new PartError(`${variable} is set, but no server answers there: ${cause.message}`, { cause });
  });
  return { name: recipe.name, provider: 'environment', url, version, stop: async () => {} };
}
