import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PartError } from './part.ts';
import { runProgram } from './run-program.ts';

export const kafkaVersionShipped = '4.1.0';

/** The list of the broker's jars with their SHA-512, and the pom it was made from. */
const recipe = fileURLToPath(new URL('../../../deploy/native-kafka/', import.meta.url));
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

interface Jar {
  readonly path: string;
  readonly file: string;
  readonly sha512: string;
}

/**
 * The folder with the broker's jars, about 43 MB; the first call fetches them by Maven, whose settings know
 * the mirrors. Every jar is checked against the committed SHA-512.
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
  if (!(await runProgram('mvn', ['--version'])).ok) {
    throw new PartError(
      'Apache Kafka comes by Maven, and Maven is not installed. Install it (package `maven`), or set YIJIE_KAFKA_BROKERS to a broker of your own.',
    );
  }
  const args = ['-q', '-B', '-f', join(recipe, 'pom.xml'), plugin, `-DoutputDirectory=${into}`];
  const { output } = await runProgram('mvn', args);
  if (jars.every((jar) => existsSync(join(into, jar.file)))) return;
  throw new PartError(
    `Apache Kafka can't be fetched by Maven. Check the network or the proxy, or set YIJIE_KAFKA_BROKERS to a broker of your own. Maven said: ${output.slice(-500)}`,
  );
}

function verify(jar: Jar, bytes: Uint8Array): void {
  if (createHash('sha512').update(bytes).digest('hex') === jar.sha512) return;
  throw new PartError(`${jar.file} isn't the file that deploy/native-kafka/jars.sha512 names: not started.`);
}
