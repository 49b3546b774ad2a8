import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDir } from '@yijie/local-cluster';

const run = promisify(execFile);
const here = fileURLToPath(new URL('./', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Python {
  /** Runs a script of this folder with the generated contract on its path; resolves with its standard output. */
  run(script: string, args: readonly string[]): Promise<string>;
}

/** A Python with gRPC and the code that its own generator makes of proto/; kept between runs. */
export async function pythonClient(): Promise<Python> {
  const folder = join(cacheDir, 'python');
  const interpreter = join(folder, 'bin', 'python');
  const requirements = join(here, 'requirements.txt');
  const stamp = join(folder, '.installed');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    await run('python3', ['-m', 'venv', folder]).catch((cause) => {
      throw new Error('The foreign client needs Python 3 with venv: install python3 and python3-venv.', {
        cause,
      });
    });
    await run(interpreter, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
    writeFileSync(stamp, wanted);
  }
  const generated = join(folder, 'generated');
  mkdirSync(generated, { recursive: true });
  await run(
    interpreter,
    [
      '-m',
      'grpc_tools.protoc',
      '-I.',
      `--python_out=${generated}`,
      `--grpc_python_out=${generated}`,
      'yijie/common/v1/common.proto',
      'yijie/treatment/v1/treatment.proto',
    ],
    { cwd: join(root, 'proto') },
  );
  return {
    async run(script, args) {
      const { stdout } = await run(interpreter, [join(here, script), ...args], {
        env: { ...process.env, PYTHONPATH: generated },
        timeout: 120_000,
      });
      return stdout;
    },
  };
}
