/** The invented persons of data/demo/members.json, whom the home region of a test cluster knows. */
export const PATIENTS = {
  /** In service, referred to Zhengzhou. */
  employee: { certificateNumber: '000000198904080047', name: '林知夏', gender: '女', birthDate: 19_890_408 },
  /** Retired, lives in Zhengzhou. */
  retired: { certificateNumber: '00000019520719001X', name: '周秉谦', gender: '男', birthDate: 19_520_719 },
  /** Resident scheme, lives in Zhengzhou by commitment. */
  resident: { certificateNumber: '000000196811030025', name: '陶佩兰', gender: '女', birthDate: 19_681_103 },
  /** A child of the resident scheme, went without referral. */
  child: { certificateNumber: '000000201506120036', name: '贺一鸣', gender: '男', birthDate: 20_150_612 },
} as const;
