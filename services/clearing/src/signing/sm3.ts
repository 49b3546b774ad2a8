import { createHash } from 'node:crypto';
import type { Digest } from '@yijie/clearing';

/** SM3 (GB/T 32905) of UTF-8 text: what parties sign. */
export const sm3: Digest = (text) => createHash('sm3').update(text, 'utf8').digest('hex');
