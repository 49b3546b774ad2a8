import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PartError } from './part.ts';
import { runProgram } from './run-program.ts';

export const kafkaVersionShipped = '4.1.0';

/** The list of the broker's jars with their SHA-512, and the pom it was made from. */
const recipe = fileURLToPath(new URL('../../../deploy/native-kafka/', import.meta.url));
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const central = 'https://repo.maven.apache.org/maven2';

interface Jar {
  readonly path: string;
  readonly file: string;
  readonly sha512: string;
}

/**
 * The folder with the broker's jars, about 43 MB; the first call fetches them from Maven Central, by Maven where it
 * is installed (its settings know the mirrors), else directly. Every jar is checked against the committed SHA-512.
 */
export async function kafkaJars(cacheDir: string, onProgress?: (sentence: string) => void): Promise<string> {
  const folder = join(cacheDir, `kafka-${kafkaVersionShipped}`);
  if (existsSync(folder)) return folder;
  onProgress?.(`Fetching Apache Kafka ${kafkaVersionShipped} from Maven Central (43 MB, once) …`);
  const jars = list();
  const partial = `${folder}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await fetchAll(jars, partial);
    for (const jar of jars) verify(jar, readFileSync(join(partial, jar.file)));
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process may have finished the same work first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function list(): readonly Jar[] {
  return readFileSync(join(recipe, 'jars.sha512'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [sha512 = '', path = ''] = line.split(/\s+/);
      return { sha512, path, file: basename(path) };
    });
}

async function fetchAll(jars: readonly Jar[], into: string): Promise<void> {
  let byMaven = 'Maven is not installed';
  if ((await runProgram('mvn', ['--version'])).ok) {
    const args = ['-q', '-B', '-f', join(recipe, 'pom.xml'), plugin, `-DoutputDirectory=${into}`];
    byMaven = (await runProgram('mvn', args)).output.slice(-500);
    if (jars.every((jar) => existsSync(join(into, jar.file)))) return;
  }
  try {
    const left = [...jars];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let jar = left.pop(); jar !== undefined; jar = left.pop()) await download(jar, into);
      }),
    );
  } catch (cause) {
    throw new PartError(
      `Apache Kafka can't be fetched from Maven Central (Maven: ${byMaven}; directly: ${describe(cause)}). ` +
        'Check the network or the proxy, or set YIJIE_KAFKA_BROKERS to a broker of your own.',
      { cause },
    );
  }
}

async function download(jar: Jar, into: string): Promise<void> {
  const response = await fetch(`${central}/${jar.path}`, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`${jar.file}: HTTP ${response.status}`);
  writeFileSync(join(into, jar.file), new Uint8Array(await response.arrayBuffer()));
}

function verify(jar: Jar, bytes: Uint8Array): void {
  if (createHash('sha512').update(bytes).digest('hex') === jar.sha512) return;
  throw new PartError(`${jar.file} isn't the file that deploy/native-kafka/jars.sha512 names: not started.`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
