import { type LocalDate, localDate } from '@yijie/calendar';

interface OpenedChronicDisease {
  /** National code of the disease; codes of its treatment kinds that the national code list puts under it. */
  readonly codes: readonly string[];
  readonly zh: string;
  /** First visit day on which it settles directly. */
  readonly openFrom: LocalDate;
  readonly source: string;
}

const FIRST_FIVE = {
  // The five were opened region by region in the course of 2021 and 2022; before 2022 nothing is settled here.
  openFrom: localDate('2022-01-01'),
  source:
    '中国政府网《跨省异地就医这些常见问题，权威解答来了》2023-05-09; codes: national list of chronic diseases',
};

const FURTHER_FIVE = {
  // The notice says "by the end of 2024"; the day is a setting of this table until a region states its own.
  openFrom: localDate('2024-12-01'),
  source:
    '国家医保局 notice of 2024-09 on five further chronic diseases; codes: national list of chronic diseases',
};

/** Diseases opened for direct settlement across provinces (门诊慢特病), by first day. */
export const chronicOpenList: readonly OpenedChronicDisease[] = [
  { codes: ['M03900'], zh: '高血压', ...FIRST_FIVE },
  { codes: ['M01600'], zh: '糖尿病', ...FIRST_FIVE },
  { codes: ['M00500', 'M00503'], zh: '恶性肿瘤门诊放化疗', ...FIRST_FIVE },
  { codes: ['M07801'], zh: '尿毒症透析', ...FIRST_FIVE },
  { codes: ['M08300'], zh: '器官移植术后抗排异治疗', ...FIRST_FIVE },
  { codes: ['M05300'], zh: '慢性阻塞性肺疾病', ...FURTHER_FIVE },
  { codes: ['M06900'], zh: '类风湿关节炎', ...FURTHER_FIVE },
  { codes: ['M04600'], zh: '冠心病', ...FURTHER_FIVE },
  { codes: ['M00200', 'M00201', 'M00202'], zh: '病毒性肝炎', ...FURTHER_FIVE },
  { codes: ['M07200'], zh: '强直性脊柱炎', ...FURTHER_FIVE },
];

/** Whether the disease settles directly on the visit day. */
export function isOpenedChronicDisease(diseaseCode: string, visitDay: LocalDate): boolean {
  const openFrom = OPEN_FROM.get(diseaseCode);
  return openFrom !== undefined && openFrom <= visitDay;
}

/**
 * Whether a qualification for one code serves a visit for another: the same code, or a kind of treatment that the list
 * puts under the qualified disease. A qualification for one kind doesn't serve another.
 */
export function qualifiesForDisease(qualifiedCode: string, visitedCode: string): boolean {
  if (qualifiedCode === visitedCode) return true;
  const disease = chronicOpenList.find((one) => one.codes[0] === qualifiedCode);
  return disease?.codes.includes(visitedCode) ?? false;
}

const OPEN_FROM: ReadonlyMap<string, LocalDate> = new Map(
  chronicOpenList.flatMap((disease) => disease.codes.map((code) => [code, disease.openFrom] as const)),
);
