import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DATA_FOLDER } from '@yijie/reference-data';
import { certificateFiles } from '@yijie/security';
import { type ClusterForTest, clusterForTest, HOME_POOL, INSTITUTION } from '../support/cluster.ts';
import { PATIENTS } from '../support/patients.ts';
import { pythonClient } from './python.ts';

let cluster: ClusterForTest;

beforeAll(async () => {
  cluster = await clusterForTest('kafkajs');
}, 120_000);

afterAll(() => cluster?.remove());

test('a Python hospital settles the printed bill and refunds it over mutual TLS', async () => {
  const python = await pythonClient();
  const files = certificateFiles(cluster.keyFolder, { kind: 'institution', institutionCode: INSTITUTION });
  const report = JSON.parse(
    await python.run('settle_and_refund.py', [
      `--address=${cluster.treatmentSites[0]?.grpc}`,
      `--ca=${files.authorityFile}`,
      `--certificate=${files.certificateFile}`,
      `--key=${files.privateKeyFile}`,
      `--bill=${DATA_FOLDER}/bills/oncology_inpatient_day_2022.csv`,
      `--mapping=${DATA_FOLDER}/mappings/${INSTITUTION}.csv`,
      '--day=20250205',
      `--home-pool=${HOME_POOL}`,
      `--certificate-number=${PATIENTS.employee.certificateNumber}`,
      `--name=${PATIENTS.employee.name}`,
    ]),
  );
  expect(report.totalFen).toBe(312_472);
  expect(report.refundId).not.toBe(report.settlementId);
  expect(report.errorDetail).toMatchObject({ status: 'NOT_FOUND', code: 'STL-NOTFOUND' });
}, 300_000);
