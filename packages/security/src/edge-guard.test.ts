import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { beforeAll, expect, test } from '@jest/globals';
import { type ArrivingCall, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { createCallerReader } from './caller-from.ts';
import { createDenyList } from './deny-list.ts';
import { createDevelopmentPki } from './development/create-development-pki.ts';
import { createEdgeGuard } from './edge-guard.ts';
import { createEdgeLimits, DEFAULT_EDGE_LIMITS } from './edge-limits.ts';
import type { Identity } from './identity.ts';
import { certificateFiles, regionFiles, trustFolder } from './key-files.ts';
import { createTokenVerifier, issuePersonToken } from './person-token.ts';
import { createLocalRateLimiter } from './rate-limiter.ts';
import { loadTrustedRegions } from './region-keys.ts';
import { signingKeyFromPem } from './signing-key.ts';

const clock = systemClock();
const entropy = systemIds(clock, systemRandom());
const hospital: Identity = { kind: 'institution', institutionCode: 'H41010500123' };
const agency: Identity = { kind: 'agency', pool: '410100' };
const gateway: Identity = { kind: 'service', service: 'his-gateway', province: '410000' };
const home: Identity = { kind: 'service', service: 'home-region', province: '410000' };
const settle = 'yijie.treatment.v1.TreatmentService/Settle';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yijie-guard-'));
  const identities = [hospital, agency, gateway, home];
  await createDevelopmentPki({ folder, identities, provinces: ['410000'], clock, entropy });
});

test('a hospital is admitted with its scope, and its place is given back', async () => {
  const guard = await newGuard({ inFlightMax: 1 });
  const call = await callOf(hospital, settle);
  const admitted = await guard.admit(call);
  expect(admitted).toMatchObject({
    ok: true,
    identity: { caller: { kind: 'institution', institutionCode: 'H41010500123' }, scope: { rows: 'own' } },
  });
  expect(await guard.admit(call)).toMatchObject({ ok: false, code: 'LIM-BUSY' });
  if (!admitted.ok) throw new Error('unreachable');
  expect(guard.logFields?.(admitted.identity)).toMatchObject({
    role: 'hospital',
    institution: 'H41010500123',
  });
  guard.release?.(admitted.identity, call);
  expect((await guard.admit(call)).ok).toBe(true);
});

test('nobody without a certificate, no role without a right, no agency without a token', async () => {
  const guard = await newGuard();
  const anonymous = { ...(await callOf(hospital, settle)), connection: connection(undefined) };
  expect(await guard.admit(anonymous)).toMatchObject({ ok: false, code: 'AUT-CERT' });
  expect(await guard.admit(await callOf(home, settle))).toMatchObject({ ok: false, code: 'AUT-ROLE' });
  expect(await guard.admit(await callOf(agency, settle))).toMatchObject({ ok: false, code: 'AUT-TOKEN' });
});

test('a reviewer with a token may read, and may not settle', async () => {
  const guard = await newGuard();
  const key = signingKeyFromPem('410000', await readFile(regionFiles(folder, '410000').tokenKeyFile, 'utf8'));
  const token = await issuePersonToken(
    { person: 'reviewer-1', role: 'reviewer', pool: '410100' },
    { key, audience: 'treatment-site', nowMs: clock.now() },
  );
  const headers = { authorization: `Bearer ${token}` };
  const read = await guard.admit(
    await callOf(agency, 'yijie.treatment.v1.TreatmentService/GetSettlement', headers),
  );
  expect(read).toMatchObject({ ok: true, identity: { scope: { rows: 'either-pool' } } });
  expect(await guard.admit(await callOf(agency, settle, headers))).toMatchObject({
    ok: false,
    code: 'AUT-ROLE',
    values: { role: 'reviewer', rpc: settle },
  });
});

test('the gateway speaks for the institutions that are bound to it, and for no other', async () => {
  const guard = await newGuard();
  const asBound = await callOf(gateway, settle, { 'yijie-institution': 'H41010500123' });
  expect(await guard.admit(asBound)).toMatchObject({
    ok: true,
    identity: { caller: { institutionCode: 'H41010500123', gateway: 'his-gateway/410000' } },
  });
  const asOther = await callOf(gateway, settle, { 'yijie-institution': 'H41010500124' });
  expect(await guard.admit(asOther)).toMatchObject({ ok: false, code: 'AUT-IDENTITY' });
  expect(await guard.admit(await callOf(gateway, settle))).toMatchObject({ ok: false, code: 'AUT-ROLE' });
  const posing = await callOf(home, settle, { 'yijie-institution': 'H41010500123' });
  expect(await guard.admit(posing)).toMatchObject({ ok: false, code: 'AUT-ROLE' });
});

async function newGuard(settings: { inFlightMax?: number } = {}) {
  const trusted = await loadTrustedRegions(trustFolder(folder), 'development');
  return createEdgeGuard({
    callers: createCallerReader({
      clock,
      denyList: createDenyList(),
      tokens: createTokenVerifier({ keys: trusted.tokens, audience: 'treatment-site' }),
      gatewayInstitutions: new Set(['H41010500123']),
    }),
    province: '410000',
    limits: createEdgeLimits(createLocalRateLimiter(), { ...DEFAULT_EDGE_LIMITS, ...settings }),
    clock,
  });
}

async function callOf(
  identity: Identity,
  rpc: string,
  headers: Record<string, string> = {},
): Promise<ArrivingCall> {
  const { certificateFile } = certificateFiles(folder, identity);
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const certificate = new X509Certificate(await readFile(certificateFile));
  const transport = undefined as unknown as ArrivingCall['transport'];
  return { rpc, connection: connection(certificate), metadata, transport, requestBytes: Buffer.alloc(0) };
}

function connection(certificate: X509Certificate | undefined): ArrivingCall['connection'] {
  return {
    remoteAddress: '127.0.0.1',
    certificate: certificate?.toLegacyObject() as ArrivingCall['connection']['certificate'],
    openedAtMs: 0,
  };
}
