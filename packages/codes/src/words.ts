/** The field's own closed lists, in the spelling of domain code, packs, SQL and logs. */

export const SCHEMES = ['employee', 'resident'] as const;
/** 险种: 职工 310, 居民 390. */
export type Scheme = (typeof SCHEMES)[number];

export const PERSON_CLASSES = ['active', 'retired', 'resident', 'child'] as const;
/** 人员类别: 在职, 退休, 居民, 学生儿童. */
export type PersonClass = (typeof PERSON_CLASSES)[number];

export const VISIT_KINDS = ['inpatient', 'outpatient', 'chronic', 'maternity'] as const;
/** 就医类别: 住院, 普通门诊, 门诊慢特病, 生育. */
export type VisitKind = (typeof VISIT_KINDS)[number];

export const HOSPITAL_LEVELS = ['community', 'L1', 'L2', 'L3', 'provincial'] as const;
/** 医院等级, as home policies read it. */
export type HospitalLevel = (typeof HOSPITAL_LEVELS)[number];

export const HOSPITAL_KINDS = ['general', 'tcm', 'psychiatric', 'pharmacy'] as const;
export type HospitalKind = (typeof HOSPITAL_KINDS)[number];

export const RATIO_CLASSES = ['LOCAL', 'REDUCED_A', 'REDUCED_B', 'TWO_WAY_HOME', 'HOME_POLICY'] as const;
/** 待遇类别 (clearing-and-filing §1.10). */
export type RatioClass = (typeof RATIO_CLASSES)[number];

export const ROUTES = ['DIRECT', 'HOLD', 'SELF', 'HOME', 'DENY'] as const;
/** What the patient can do now (clearing-and-filing §1.14). */
export type Route = (typeof ROUTES)[number];

export const FILING_TYPES = [
  'LT_RETIREE',
  'LT_RESIDENT',
  'LT_WORKER',
  'TM_REFERRAL',
  'TM_EMERGENCY',
  'TM_OTHER',
  'MATERNITY',
] as const;
/** 备案类型 (clearing-and-filing §1.1). */
export type FilingType = (typeof FILING_TYPES)[number];

export const FEE_CATEGORY_CODES = [
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '07',
  '08',
  '09',
  '10',
  '11',
  '12',
  '13',
  '14',
] as const;
/** The 14 national charge categories (`med_chrgitm_type`). */
export type FeeCategoryCode = (typeof FEE_CATEGORY_CODES)[number];

/** 床位费 … 其他费, as the settlement slip prints them. Source: national code table, see data/NOTICE.md. */
export const FEE_CATEGORY_NAMES: Readonly<Record<FeeCategoryCode, string>> = {
  '01': '床位费',
  '02': '诊察费',
  '03': '检查费',
  '04': '化验费',
  '05': '治疗费',
  '06': '手术费',
  '07': '护理费',
  '08': '卫生材料费',
  '09': '西药费',
  '10': '中药饮片费',
  '11': '中成药费',
  '12': '一般诊疗费',
  '13': '挂号费',
  '14': '其他费',
};
