import { type CallOptions, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localChannelOptions, ONCOLOGY_DAY, type PlayedStay, playStay } from '@yijie/cli';
import { HospitalClearingServiceClient } from '@yijie/contracts/matching';
import { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { SHARE_NAMES } from '@yijie/money';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { readBooks } from '../support/books.ts';
import { type ClusterForTest, clusterForTest, INSTITUTION, STAY_DAY } from '../support/cluster.ts';
import { PATIENTS } from '../support/patients.ts';

describe.each(['kafkajs', 'platformatic', 'postgres'] as const)('a whole stay over %s', (bus) => {
  let cluster: ClusterForTest;
  let hospital: TreatmentServiceClient;
  let desk: HospitalClearingServiceClient;

  beforeAll(async () => {
    cluster = await clusterForTest(bus, { replicas: { clearing: 1 } });
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
    desk = new HospitalClearingServiceClient(
      cluster.clearings[0]?.grpc ?? '',
      clientCredentials(tls),
      localChannelOptions,
    );
  }, 180_000);

  afterAll(async () => {
    hospital?.close();
    desk?.close();
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

  test('clearing matches every one of them, and places them in their month once the hospital confirms', async () => {
    const expected = 3 * Object.keys(PATIENTS).length;
    const rows = await waitFor(
      async () => {
        const listed = await askDesk(desk, desk.listHospitalRows, {
          settledPeriod: Number(STAY_DAY.slice(0, 7).replace('-', '')),
          pageSize: 100,
          pageToken: '',
        });
        const matched = listed.rows.filter(({ reasons }) => !reasons.includes('NOT_MATCHED'));
        return matched.length === expected && matched;
      },
      { what: 'both sides of every settlement and refund', withinMs: 30_000 },
    );
    const confirmed = await askDesk(desk, desk.confirmRows, {
      idempotencyKey: 'february',
      settlementIds: rows.map(({ settlementId }) => settlementId),
    });
    expect(confirmed).toEqual({ confirmed: expected, cleared: expected });
  }, 60_000);

  if (bus !== 'postgres') {
    test('both sides and their facts balance to the fen', async () => {
      const books = await readBooks(cluster);
      expect(books.flaws).toEqual([]);
      expect(books.home.size).toBe(3 * Object.keys(PATIENTS).length);
    }, 60_000);
  }
});

function askDesk<Request, Response>(
  desk: HospitalClearingServiceClient,
  method: (
    request: Request,
    metadata: Metadata,
    options: Partial<CallOptions>,
    done: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(desk, request, new Metadata(), {}, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}
