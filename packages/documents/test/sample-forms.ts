import { localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import type { FilingFormData } from '../src/filing-form.ts';
import type { OutsideCareData } from '../src/outside-care-slip.ts';
import type { CommitmentData, InjuryStatementData } from '../src/signed-statements.ts';

// Invented: no such person, hospital or event.
const person = { name: '刘某某', certificateNumber: '430102********1234' };
const homeRegion = { code: '430100', name: '长沙市' };
const targetRegion = { code: '440100', name: '广州市' };

export const sampleFilingForm: FilingFormData = {
  filingId: '0194d3a2-7c1e-7b40-9e55-3f2a8d10c6b1',
  state: 'EFFECTIVE',
  channel: 'NHSA_APP',
  appliedOn: localDate('2025-02-01'),
  person: { ...person, gender: '女' },
  scheme: 'employee',
  personClass: 'retired',
  homeRegion,
  targetRegion,
  type: 'LT_RETIREE',
  from: localDate('2025-02-01'),
  proof: 'PENDING',
  proofDueOn: localDate('2025-07-31'),
  address: '广州市示例区示例路1号',
  contact: '刘某',
  telephone: '130****0000',
};

export const sampleReferralForm: FilingFormData = {
  ...sampleFilingForm,
  type: 'TM_REFERRAL',
  lastDay: localDate('2025-07-31'),
  proof: 'COMPLETE',
  referralHospital: '示例市中心医院',
  referralDocument: 'ZZ20250201-001',
};

export const sampleCommitment: CommitmentData = {
  person,
  homeRegion,
  targetRegion,
  type: 'LT_RETIREE',
  fact: '退休后随子女在广州市长期居住。',
  proofDueOn: localDate('2025-07-31'),
};

export const sampleInjury: InjuryStatementData = {
  person,
  institutionName: '示例省人民医院',
  admissionNumber: 'ZY20250310007',
  injuredAt: '2025-03-10 07:40',
  place: '家中卫生间',
  cause:
    '洗漱时地面湿滑，自己滑倒，右侧髋部着地，当时无他人在场；家属发现后由救护车送到本院急诊，拍片后收住骨科。',
};

export const sampleOutsideCare: OutsideCareData = {
  person,
  institutionName: '示例省人民医院',
  department: '骨科',
  admissionNumber: 'ZY20250310007',
  admissionDate: localDate('2025-03-10'),
  outsideInstitutionName: '示例大学附属医院',
  reason: '本院PET-CT设备检修，需到外院检查',
  items: [
    {
      name: '正电子发射计算机断层显像／X线计算机体层（PET／CT）躯干显像',
      quantity: '1次',
      day: localDate('2025-03-12'),
      amountFen: fen(700_000),
    },
    { name: '氯化钠注射液', quantity: '2瓶', day: localDate('2025-03-12'), amountFen: fen(512) },
  ],
};
