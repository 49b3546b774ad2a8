import { fileURLToPath } from 'node:url';

/** The repository's own data/. */
export const DATA_FOLDER = fileURLToPath(new URL('../../../data/', import.meta.url));
