import type { ErrorCode } from './error-catalogue.ts';

/** Codes that are no longer given out, with the one that says the same now. A code is never used for something else. */
export const RETIRED_CODES: Readonly<Record<string, ErrorCode>> = {
  'OUT-RATE': 'LIM-RATE',
};
