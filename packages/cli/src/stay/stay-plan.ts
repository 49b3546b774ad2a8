import { type LocalDate, localDate } from '@yijie/calendar';

/** The invented person who is treated. */
export interface Patient {
  readonly certificateNumber: string;
  readonly name: string;
  /** 男, 女 or 未说明 */
  readonly gender: string;
  /** YYYYMMDD */
  readonly birthDate: number;
}

/** One stay to play: a published bill, the hospital that takes it, and an invented person. */
export interface StayPlan {
  /** data/bills/<name>.csv */
  readonly bill: string;
  readonly institutionCode: string;
  /** The day the stay is moved to: one on which catalogue and policy packs hold. */
  readonly day: LocalDate;
  /** What stands on the paper. */
  readonly printedDay: LocalDate;
  readonly treatmentPool: string;
  readonly homePool: string;
  readonly diagnosisCode: string;
  readonly department: string;
}

/** One day of chemotherapy in a Henan hospital, 69 lines, 3,124.72 yuan, for a person insured in Changsha. */
export const ONCOLOGY_DAY: StayPlan = {
  bill: 'oncology_inpatient_day_2022',
  institutionCode: 'H41010599901',
  day: localDate('2025-02-05'),
  printedDay: localDate('2022-02-05'),
  treatmentPool: '410100',
  homePool: '430100',
  diagnosisCode: 'C50.900',
  department: '肿瘤科',
};

/** The first of data/demo/members.json: in service, referred to Zhengzhou. 000000 is no region in use. */
export const PATIENT: Patient = {
  certificateNumber: '000000198904080047',
  name: '林知夏',
  gender: '女',
  birthDate: 19_890_408,
};
