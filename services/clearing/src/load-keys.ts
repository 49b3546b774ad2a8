import { type KeyOptions, loadServiceKeys, type ServiceKeys } from '@yijie/service';

/** All key material of a clearing service, ready to use. */
export type ClearingKeys = ServiceKeys;

/** For which service agency tokens are issued. */
export const TOKEN_AUDIENCE = 'clearing';

export function loadClearingKeys(
  options: Omit<KeyOptions, 'service' | 'owner'> & { readonly agency: string },
): Promise<ClearingKeys> {
  return loadServiceKeys({ ...options, service: TOKEN_AUDIENCE, owner: options.agency });
}
