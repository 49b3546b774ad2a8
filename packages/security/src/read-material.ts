import { readFile } from 'node:fs/promises';
import { refuseDevelopmentMaterial, type SecurityProfile } from './development-mark.ts';

/** Reads a key or certificate file; every failure names the file, what it is for and what to do. */
export async function readMaterial(file: string, what: string, profile: SecurityProfile): Promise<string> {
  const content = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'is missing' : `can't be read (${cause.code})`;
    throw new Error(`${what}: ${file} ${reason}. ${REMEDY[profile]}`, { cause });
  });
  refuseDevelopmentMaterial(profile, content, file);
  return content;
}

const REMEDY: Record<SecurityProfile, string> = {
  development: 'The start commands make it: run npm start.',
  production: 'Put the file there, or set the path in the configuration.',
};
