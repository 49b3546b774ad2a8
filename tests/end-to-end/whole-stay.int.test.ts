import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localChannelOptions, ONCOLOGY_DAY, type PlayedStay, playStay } from '@yijie/cli';
import { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { SHARE_NAMES } from '@yijie/money';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { readBooks } from '../support/books.ts';
import { type ClusterForTest, clusterForTest, INSTITUTION } from '../support/cluster.ts';
import { PATIENTS } from '../support/patients.ts';

describe.each(['kafkajs', 'platformatic', 'postgres'] as const)('a whole stay over %s', (bus) => {
  let cluster: ClusterForTest;
  let hospital: TreatmentServiceClient;

  beforeAll(async () => {
    cluster = await clusterForTest(bus);
    const identity = { kind: 'institution', institutionCode: INSTITUTION } as const;
    const tls = await loadTlsIdentity(certificateFiles(cluster.keyFolder, identity), {
      profile: 'development',
      clock: systemClock(),
    });
    hospital = new TreatmentServiceClient(
      cluster.treatmentSites[0]?.grpc ?? '',
      clientCredentials(tls),
      localChannelOptions,
    );
  }, 180_000);

  afterAll(async () => {
    hospital?.close();
    await cluster?.remove();
  });

  test.each(Object.entries(PATIENTS))(
    'the printed bill of a person in class %s',
    async (_, patient) => {
      const steps: string[] = [];
      const played: PlayedStay = await playStay(hospital, ONCOLOGY_DAY, patient, {
        onStep: (step) => steps.push(step.name),
        withExplanation: true,
      });
      expect(steps).toEqual([
        'VerifyPerson',
        'CheckBenefit',
        'Admit',
        'UploadCharges',
        'Discharge',
        'PreSettle',
        'Settle',
        'GetSlip',
        'Refund',
        'PreSettle',
        'Settle',
      ]);
      expect(played.first.totalFen).toBe(312_472);
      expect(played.refund.totalFen).toBe(-312_472);
      expect(played.refund.refundedSettlementId).toBe(played.first.settlementId);
      // With nothing in between, the second settlement is the first one again.
      expect(played.second.shares).toEqual(played.first.shares);
      expect(played.second.categories).toEqual(played.first.categories);
      for (const name of SHARE_NAMES) {
        expect(played.refund.shares?.[name]).toBe(0 - (played.first.shares?.[name] ?? 0));
      }
      expect(played.slip.text).toContain('3,124.72');
      expect(played.slip.text).toContain('计算说明');
    },
    60_000,
  );

  if (bus !== 'postgres') {
    test('both sides and their facts balance to the fen', async () => {
      const books = await readBooks(cluster);
      expect(books.flaws).toEqual([]);
      expect(books.home.size).toBe(3 * Object.keys(PATIENTS).length);
    }, 60_000);
  }
});
