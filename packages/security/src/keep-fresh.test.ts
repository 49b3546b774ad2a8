import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { FakeClock, waitFor } from '@yijie/testkit';
import { createDenyList } from './deny-list.ts';
import { createDevelopmentPki } from './development/create-development-pki.ts';
import type { Identity } from './identity.ts';
import { keepFresh } from './keep-fresh.ts';
import { certificateFiles, denyListFile, trustFolder } from './key-files.ts';
import { loadTrustedRegions } from './region-keys.ts';
import { createKeyRing } from './signing-key.ts';
import type { TlsIdentity } from './tls-identity.ts';

const identity: Identity = { kind: 'service', service: 'home-region', province: '430000' };
const entropy = systemIds(systemClock(), systemRandom());
const DAY_MS = 86_400_000;

test('what changes in the key folder takes effect without a restart; what is broken stays as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yijie-fresh-'));
  const clock = new FakeClock('2026-03-01T00:00:00Z');
  const make = () =>
    createDevelopmentPki({ folder, identities: [identity], provinces: ['430000'], clock, entropy });
  await make();
  const renewed: TlsIdentity[] = [];
  const seen: number[] = [];
  const errors: Error[] = [];
  const denyList = createDenyList();
  const regions = createKeyRing([]);
  const stop = new AbortController();
  const ended = keepFresh({
    folder,
    identity,
    profile: 'development',
    clock,
    signal: stop.signal,
    credentials: [{ renew: (next) => renewed.push(next) }],
    denyList,
    regions,
    onCertificate: ({ notAfterMs }) => seen.push(notAfterMs),
    onError: (error) => errors.push(error as Error),
  });
  /** Lets a minute pass once the look before has ended and the clock is waited for. */
  const look = async () => {
    const before = seen.length + errors.length;
    await waitFor(async () => {
      await clock.advance(60_000);
      return seen.length + errors.length > before;
    });
  };

  await waitFor(() => seen.length > 0);
  expect(renewed).toHaveLength(1);
  await look();
  expect(renewed).toHaveLength(1);
  const [trusted] = (await loadTrustedRegions(trustFolder(folder), 'development')).signing;
  await waitFor(() => regions.find(trusted!.keyId.toString('latin1')));

  await writeFile(denyListFile(folder), 'abc123\n');
  await look();
  await waitFor(() => denyList.has('abc123'));

  await clock.advance(80 * DAY_MS);
  await make();
  await look();
  await waitFor(() => renewed.length === 2);
  expect(renewed[1]!.serial).not.toBe(renewed[0]!.serial);
  expect(renewed[1]!.notAfterMs).toBeGreaterThan(renewed[0]!.notAfterMs);
  expect(renewed[1]!.authorityNotAfterMs).toBeGreaterThan(renewed[1]!.notAfterMs);

  await rm(certificateFiles(folder, identity).certificateFile);
  await writeFile(denyListFile(folder), 'not a serial');
  await look();
  const told = (pattern: RegExp) => errors.some(({ message }) => pattern.test(message));
  await waitFor(async () => {
    await clock.advance(60_000);
    return told(/certificate.pem is missing/) && told(/isn't a serial number/);
  });
  expect(renewed).toHaveLength(2);
  expect(denyList.has('abc123')).toBe(true);

  stop.abort();
  await ended;
});
