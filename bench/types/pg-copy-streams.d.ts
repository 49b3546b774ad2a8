declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** A stream that takes rows in the text format of COPY … FROM STDIN. */
  export function from(sql: string): Writable & Submittable;

  /** A stream of what COPY … TO STDOUT gives. */
  export function to(sql: string): Readable & Submittable;
}
