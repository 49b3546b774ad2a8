import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localChannelOptions, unary } from '@yijie/cli';
import { BenefitRegistryServiceClient } from '@yijie/contracts/benefit';
import { OutcomeState } from '@yijie/contracts/common';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { writeReferenceFolder } from '@yijie/testkit';
import {
  type ClusterForTest,
  clusterForTest,
  HOME_POOL,
  INSTITUTION,
  OTHER_INSTITUTION,
  TREATMENT_POOL,
} from './cluster.ts';
import { type InventedMember, writeInventedMembers } from './invented-members.ts';
import { asReviewers } from './reviewers.ts';

/** A pool of the same province as HOME_POOL that opens less and lets its people go to any hospital. */
export const COUNTY_POOL = '430200';

const filing = (type: string, targetRegion = TREATMENT_POOL) => ({
  type,
  targetRegion,
  from: 20_250_110,
  until: type.startsWith('LT_') ? 0 : 20_270_101,
  channel: 'COUNTER',
  byCommitment: false,
  appliedOn: 20_250_110,
});

/** Who lives in the invented pools; employees of the city, referred to Zhengzhou, with 100 yuan, unless they say otherwise. */
const PERSONS = {
  employee: {},
  patient: {},
  limited: {},
  injured: {},
  inpatient: {},
  resident: { scheme: 'resident', personClass: 'resident' },
  county: { homePool: COUNTY_POOL },
  unfiled: { filings: [] },
  elsewhere: { filings: [filing('LT_RESIDENT', '440100')] },
  mother: { filings: [filing('MATERNITY')] },
  waiting: { insuredFrom: 20_250_301 },
  arrears: { insuredStatus: 'ARREARS', filings: [] },
  moved: { insuredStatus: 'MOVED', filings: [] },
} as const;
export type Person = keyof typeof PERSONS;
const NAMES = Object.keys(PERSONS) as readonly Person[];

export interface VisitKindsCluster {
  readonly cluster: ClusterForTest;
  readonly persons: Readonly<Record<Person, InventedMember & { readonly homePool: string }>>;
  /** Records a qualification from 2025-01-01 on, as two reviewers of the pool. */
  qualify(
    personToken: string,
    diseaseCode: string,
    institutionCodes?: string[],
    pool?: string,
  ): Promise<void>;
  /** Chooses outpatient hospitals from a day on, likewise; the code when it is refused. */
  choose(personToken: string, institutionCodes: string[], validFrom?: number): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Services on Kafka with invented pools that open every kind of visit (tests/support/invented-packs), a hospital that is
 * opened for them and a pharmacy.
 */
export async function visitKindsCluster(): Promise<VisitKindsCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-visit-kinds-'));
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const membersFile = join(folder, 'members.json');
  const members = writeInventedMembers(membersFile, NAMES.length, (index) => ({
    accountBalanceFen: 10_000,
    personClass: 'active',
    ...PERSONS[NAMES[index] as Person],
  }));
  const cluster = await clusterForTest('kafkajs', {
    identities: [
      { kind: 'institution', institutionCode: INSTITUTION },
      { kind: 'institution', institutionCode: OTHER_INSTITUTION },
      { kind: 'agency', pool: HOME_POOL },
      { kind: 'agency', pool: COUNTY_POOL },
    ],
    overrides: {
      homeRegion: {
        YIJIE_PACKS_FOLDER: fileURLToPath(new URL('invented-packs', import.meta.url)),
        YIJIE_SERVICES_FILE: file('home-services.json', SERVICES),
        YIJIE_DEMO_MEMBERS: membersFile,
      },
      treatmentSite: {
        YIJIE_REFERENCE_FOLDER: writeReferenceFolder(join(folder, 'reference'), {
          institutions: INSTITUTIONS,
        }),
      },
    },
  });
  const agencies = new Map<string, BenefitRegistryServiceClient>();
  for (const pool of [HOME_POOL, COUNTY_POOL]) {
    const files = certificateFiles(cluster.keyFolder, { kind: 'agency', pool });
    const tls = await loadTlsIdentity(files, { profile: 'development', clock: systemClock() });
    const address = cluster.homeRegions[0]?.grpc ?? '';
    agencies.set(
      pool,
      new BenefitRegistryServiceClient(address, clientCredentials(tls), localChannelOptions),
    );
  }
  let keys = 0;
  const two = (pool: string) => asReviewers(cluster.keyFolder, 'one', 'two', pool);
  return {
    cluster,
    persons: Object.fromEntries(
      NAMES.map((name, index) => [
        name,
        { homePool: HOME_POOL, ...PERSONS[name], ...(members[index] as InventedMember) },
      ]),
    ) as VisitKindsCluster['persons'],
    async qualify(personToken, diseaseCode, institutionCodes = [], pool = HOME_POOL) {
      const agency = agencies.get(pool) as BenefitRegistryServiceClient;
      keys += 1;
      const answer = await unary(
        agency,
        agency.putQualification,
        {
          idempotencyKey: `qualify-${keys}`,
          personToken,
          qualification: {
            qualificationId: '',
            version: 0,
            diseaseCode,
            validFrom: 20_250_101,
            validUntil: 0,
            institutionCodes,
            scheme: 0,
            recordedAtMs: 0,
          },
          reason: '',
        },
        { deadlineMs: 10_000, metadata: await two(pool) },
      );
      if (answer.outcome?.state !== OutcomeState.SETTLED)
        throw new Error(`not qualified: ${answer.outcome?.failure?.code}`);
    },
    async choose(personToken, institutionCodes, validFrom = 20_250_101) {
      const agency = agencies.get(HOME_POOL) as BenefitRegistryServiceClient;
      keys += 1;
      const answer = await unary(
        agency,
        agency.chooseHospitals,
        { idempotencyKey: `choose-${keys}`, personToken, validFrom, institutionCodes, reason: '' },
        { deadlineMs: 10_000, metadata: await two(HOME_POOL) },
      );
      return answer.outcome?.failure?.code ?? '';
    },
    async remove() {
      for (const agency of agencies.values()) agency.close();
      await cluster.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SERVICES = {
  note: 'invented, for tests alone',
  rows: [
    {
      region: HOME_POOL,
      from: '2025-01-01',
      opened: ['inpatient', 'outpatient', 'chronic', 'maternity'],
      outpatientHospitals: { atMost: 2 },
      source: 'invented',
    },
    {
      region: COUNTY_POOL,
      from: '2025-01-01',
      opened: ['inpatient', 'outpatient', 'chronic'],
      outpatientFilingWaived: true,
      stayAcrossYears: 'by-days',
      source: 'invented',
    },
  ],
};

const INSTITUTIONS = [
  {
    institutionCode: INSTITUTION,
    pool: TREATMENT_POOL,
    openings: [
      { kind: 'inpatient' },
      { kind: 'chronic' },
      { kind: 'maternity' },
      { kind: 'outpatient', from: '2025-01-15', until: '2026-01-01' },
      { kind: 'chronic', diseaseCode: 'M03900' },
      { kind: 'chronic', diseaseCode: 'M01600', from: '2025-02-05' },
      { kind: 'chronic', diseaseCode: 'M07801', from: '2025-02-06' },
    ],
  },
  {
    institutionCode: OTHER_INSTITUTION,
    pool: TREATMENT_POOL,
    level: 'community',
    kind: 'pharmacy',
    openings: [{ kind: 'outpatient' }],
  },
];
