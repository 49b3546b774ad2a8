import type { BenefitRegistryServiceService } from '@yijie/contracts/benefit';
import type {
  AdvanceServiceService,
  DeductionServiceService,
  ExplainServiceService,
  NoticeServiceService,
  RunServiceService,
  YearEndServiceService,
} from '@yijie/contracts/clearing';
import type { DiagnosisServiceService } from '@yijie/contracts/diagnosis';
import type { DirectoryServiceService } from '@yijie/contracts/directory';
import type {
  EnrolmentServiceService,
  FilingImportServiceService,
  FilingImportStreamServiceService,
  FilingServiceService,
} from '@yijie/contracts/home';
import type { HospitalClearingServiceService, MatchingServiceService } from '@yijie/contracts/matching';
import type { OperationsServiceService } from '@yijie/contracts/operations';
import type { PolicyServiceService } from '@yijie/contracts/policy';
import type { PersonQueryServiceService } from '@yijie/contracts/query';
import type { ReferenceServiceService } from '@yijie/contracts/reference';
import type { CorrectionServiceService, ReimbursementServiceService } from '@yijie/contracts/reimbursement';
import type { StatisticsServiceService } from '@yijie/contracts/statistics';
import type { TreatmentServiceService, TreatmentStreamServiceService } from '@yijie/contracts/treatment';
import type { AgencyRole } from './caller.ts';

/** The roles a caller can have: hospital and gateway by certificate, agency people by token, the rest by certificate. */
export const ROLES = [
  'hospital',
  'gateway',
  'treatment-clerk',
  'home-clerk',
  'reviewer',
  'province-signer',
  'finance',
  'national-centre',
  'auditor',
  'operations',
  'service',
] as const satisfies readonly (AgencyRole | string)[];
export type Role = (typeof ROLES)[number];

/** What a role may see or touch with a call. */
export interface Scope {
  /**
   * `own`: what the institution itself made. `treatment-pool`, `home-pool`, `either-pool`: rows of the caller's pool
   * on that side. `province`: everything of this service, for people of its own province. `all`: everything.
   */
  readonly rows: 'own' | 'treatment-pool' | 'home-pool' | 'either-pool' | 'province' | 'all';
  /** Names and numbers masked, bodies without persons. */
  readonly masked: boolean;
  /** Of messages, headers alone. */
  readonly headersOnly?: true;
  /** A second person with a right to the same call: always, or when the act reaches into the past. */
  readonly secondPerson?: 'always' | 'when-retroactive';
}

/** Floods of one kind don't use up what another needs: checking persons must never stop settling. */
export type Budget = 'identity' | 'settling' | 'reading' | 'administration';

export interface Row {
  readonly budget: Budget;
  readonly roles: Readonly<Partial<Record<Role, Scope>>>;
}

type Path<Service> = Service[keyof Service] extends { readonly path: `/${infer Name}` } ? Name : never;
/** Every RPC of the generated services: a new one without a row doesn't compile. */
export type Rpc =
  | Path<TreatmentServiceService>
  | Path<TreatmentStreamServiceService>
  | Path<DiagnosisServiceService>
  | Path<DirectoryServiceService>
  | Path<ReferenceServiceService>
  | Path<EnrolmentServiceService>
  | Path<FilingServiceService>
  | Path<CorrectionServiceService>
  | Path<ReimbursementServiceService>
  | Path<StatisticsServiceService>
  | Path<PersonQueryServiceService>
  | Path<BenefitRegistryServiceService>
  | Path<FilingImportServiceService>
  | Path<FilingImportStreamServiceService>
  | Path<PolicyServiceService>
  | Path<OperationsServiceService>
  | Path<RunServiceService>
  | Path<DeductionServiceService>
  | Path<NoticeServiceService>
  | Path<AdvanceServiceService>
  | Path<YearEndServiceService>
  | Path<ExplainServiceService>
  | Path<MatchingServiceService>
  | Path<HospitalClearingServiceService>;

const OWN: Scope = { rows: 'own', masked: false };
const TREATMENT_POOL_MASKED: Scope = { rows: 'treatment-pool', masked: true };
const TREATMENT_POOL: Scope = { rows: 'treatment-pool', masked: false };
const HOME_POOL: Scope = { rows: 'home-pool', masked: false };
const HOME_POOL_MASKED: Scope = { rows: 'home-pool', masked: true };
const EITHER_POOL: Scope = { rows: 'either-pool', masked: false };
const PROVINCE: Scope = { rows: 'province', masked: false };
const PROVINCE_MASKED: Scope = { rows: 'province', masked: true };
const PROVINCE_TWO_PERSONS: Scope = { rows: 'province', masked: true, secondPerson: 'always' };
const ALL: Scope = { rows: 'all', masked: false };
const ALL_MASKED: Scope = { rows: 'all', masked: true };
const ALL_HEADERS: Scope = { rows: 'all', masked: true, headersOnly: true };
const HOME_POOL_TWO_PERSONS: Scope = { ...HOME_POOL, secondPerson: 'always' };
const RETROACTIVE_TWO_PERSONS: Scope = { ...HOME_POOL, secondPerson: 'when-retroactive' };

const HOSPITAL = { hospital: OWN, gateway: OWN };
const SETTLEMENT_READERS = {
  ...HOSPITAL,
  'treatment-clerk': TREATMENT_POOL_MASKED,
  'home-clerk': HOME_POOL_MASKED,
  reviewer: EITHER_POOL,
  auditor: ALL_MASKED,
};

/** Public words that name nobody. */
const EVERYBODY: Row['roles'] = Object.fromEntries(ROLES.map((role) => [role, ALL]));
const REFERENCE_READERS = { operations: ALL, 'treatment-clerk': PROVINCE, reviewer: PROVINCE, auditor: ALL };

const readsPublic: Row = { budget: 'reading', roles: EVERYBODY };
/** A stop is announced by the treatment agency for its pool, or by the operations team for the system. */
const announces: Row = {
  budget: 'administration',
  roles: {
    'treatment-clerk': { rows: 'treatment-pool', masked: false },
    reviewer: { rows: 'treatment-pool', masked: false },
    operations: ALL,
  },
};
/** The agency's desk: clerks and reviewers, for their own pool's people. */
const changesFiling: Row = {
  budget: 'administration',
  roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL },
};
/** A date in the past takes a second person. */
const changesPastFiling: Row = {
  budget: 'administration',
  roles: { 'home-clerk': RETROACTIVE_TWO_PERSONS, reviewer: RETROACTIVE_TWO_PERSONS },
};
const readsFiling: Row = {
  budget: 'reading',
  roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, auditor: ALL_MASKED },
};
/** Thousands of filings at once, as another system says they are: two persons answer for it. */
const importsFilings: Row = {
  budget: 'administration',
  roles: { 'home-clerk': HOME_POOL_TWO_PERSONS, reviewer: HOME_POOL_TWO_PERSONS },
};

const checksPerson: Row = { budget: 'identity', roles: HOSPITAL };
const changesStay: Row = { budget: 'settling', roles: HOSPITAL };
const readsOwn: Row = { budget: 'reading', roles: HOSPITAL };
const readsSettlement: Row = { budget: 'reading', roles: SETTLEMENT_READERS };
const readsPerson: Row = {
  budget: 'reading',
  roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, auditor: ALL_MASKED },
};
const readsStatistics: Row = {
  budget: 'administration',
  roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, 'province-signer': PROVINCE, auditor: ALL },
};
const takesClaims: Row = { budget: 'administration', roles: { 'home-clerk': HOME_POOL } };
/** Claims at home name no person, only tokens. */
const readsClaims: Row = {
  budget: 'reading',
  roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, finance: HOME_POOL, auditor: ALL_MASKED },
};
/** Policy packs are public words of a province and name nobody; asking about them changes nothing. */
const readsPolicy: Row = {
  budget: 'administration',
  roles: { 'home-clerk': PROVINCE, reviewer: PROVINCE, 'national-centre': ALL, auditor: ALL },
};

/**
 * Clearing shows sums of regions and rows without persons. A party's people see what has their party in it; which party that
 * is, and whether a run's owner may act on it, is decided by the call itself.
 */
const CLEARING_READERS = {
  'treatment-clerk': EITHER_POOL,
  'home-clerk': EITHER_POOL,
  reviewer: EITHER_POOL,
  'province-signer': EITHER_POOL,
  finance: EITHER_POOL,
  'national-centre': ALL,
  auditor: ALL,
};
const readsClearing: Row = { budget: 'reading', roles: CLEARING_READERS };
/** A run's owner makes it: reviewers in a province, the centre between provinces. Signing and money are others' acts. */
const makesRun: Row = { budget: 'administration', roles: { reviewer: EITHER_POOL, 'national-centre': ALL } };
const signsRun: Row = { budget: 'administration', roles: { 'province-signer': EITHER_POOL } };
/** Confirming a run and sending its notices out: never by who generated it, which the run itself remembers. */
const releasesRun: Row = {
  budget: 'administration',
  roles: { 'province-signer': EITHER_POOL, 'national-centre': ALL },
};
const auditsHospital: Row = {
  budget: 'administration',
  roles: { 'treatment-clerk': EITHER_POOL, reviewer: EITHER_POOL },
};
const speaksForRegion: Row = {
  budget: 'administration',
  roles: {
    'treatment-clerk': EITHER_POOL,
    'home-clerk': EITHER_POOL,
    reviewer: EITHER_POOL,
    'national-centre': ALL,
  },
};
/** What a difference means for both regions' money is never one person's word. */
const EITHER_POOL_TWO_PERSONS: Scope = { ...EITHER_POOL, secondPerson: 'always' };
const decidesDifference: Row = {
  budget: 'administration',
  roles: { reviewer: EITHER_POOL_TWO_PERSONS, 'national-centre': { ...ALL, secondPerson: 'always' } },
};
const readsApplications: Row = {
  budget: 'reading',
  roles: {
    'treatment-clerk': TREATMENT_POOL,
    reviewer: TREATMENT_POOL,
    finance: TREATMENT_POOL,
    auditor: ALL,
  },
};
const changesOwn: Row = { budget: 'settling', roles: HOSPITAL };
const paysNotices: Row = { budget: 'administration', roles: { finance: EITHER_POOL } };

/**
 * Who may call what. A role that isn't named is refused. Health and reflection have no rows: mutual TLS alone guards
 * them, and they answer nothing about persons or money.
 */
export const ACCESS_TABLE: Readonly<Record<Rpc, Row>> = {
  'yijie.treatment.v1.TreatmentService/VerifyPerson': checksPerson,
  'yijie.treatment.v1.TreatmentService/CheckBenefit': checksPerson,
  'yijie.treatment.v1.TreatmentService/Admit': changesStay,
  'yijie.treatment.v1.TreatmentService/ChangeAdmission': changesStay,
  'yijie.treatment.v1.TreatmentService/CancelAdmission': changesStay,
  'yijie.treatment.v1.TreatmentService/UploadCharges': changesStay,
  'yijie.treatment.v1.TreatmentService/ListStoredLines': readsOwn,
  'yijie.treatment.v1.TreatmentService/WithdrawCharges': changesStay,
  'yijie.treatment.v1.TreatmentService/Discharge': changesStay,
  'yijie.treatment.v1.TreatmentService/CancelDischarge': changesStay,
  'yijie.treatment.v1.TreatmentService/PreSettle': changesStay,
  'yijie.treatment.v1.TreatmentService/Settle': changesStay,
  // A refund needs the institution that settled; no clerk can make one.
  'yijie.treatment.v1.TreatmentService/Refund': changesStay,
  'yijie.treatment.v1.TreatmentService/Reverse': changesStay,
  'yijie.treatment.v1.TreatmentService/GetSettlement': readsSettlement,
  // An institution's own keys mean nothing to anybody else.
  'yijie.treatment.v1.TreatmentService/GetOutcome': readsOwn,
  'yijie.treatment.v1.TreatmentService/ListSettlements': readsSettlement,
  'yijie.treatment.v1.TreatmentService/GetVisit': readsSettlement,
  'yijie.treatment.v1.TreatmentService/GetSlip': readsSettlement,
  'yijie.treatment.v1.TreatmentService/ExplainSettlement': readsSettlement,
  'yijie.treatment.v1.TreatmentService/ListBillLines': readsSettlement,
  'yijie.treatment.v1.TreatmentService/ListUnmappedItems': readsOwn,
  'yijie.treatment.v1.TreatmentService/MapItems': { budget: 'administration', roles: HOSPITAL },
  // Opens the stream; each request on it is asked about under its own name.
  'yijie.treatment.v1.TreatmentStreamService/Exchange': changesStay,

  // Codes, states and ids alone: the people who help at a desk may all read it, for the rows that are theirs.
  'yijie.treatment.v1.DiagnosisService/Diagnose': {
    budget: 'reading',
    roles: { ...SETTLEMENT_READERS, operations: ALL_MASKED },
  },
  'yijie.treatment.v1.DirectoryService/ListHospitals': readsPublic,
  'yijie.treatment.v1.DirectoryService/ListAgencyContacts': readsPublic,
  'yijie.treatment.v1.DirectoryService/ListNotices': readsPublic,
  'yijie.treatment.v1.DirectoryService/PublishNotice': announces,
  'yijie.treatment.v1.DirectoryService/WithdrawNotice': announces,
  'yijie.treatment.v1.ReferenceService/CheckReference': {
    budget: 'administration',
    roles: REFERENCE_READERS,
  },
  'yijie.treatment.v1.ReferenceService/DiffReference': {
    budget: 'administration',
    roles: REFERENCE_READERS,
  },
  'yijie.treatment.v1.ReferenceService/LoadReference': {
    budget: 'administration',
    roles: { operations: ALL },
  },
  'yijie.treatment.v1.ReferenceService/ListReferenceVersions': {
    budget: 'administration',
    roles: REFERENCE_READERS,
  },

  'yijie.home.v1.EnrolmentService/PutMembers': {
    budget: 'administration',
    roles: { 'home-clerk': HOME_POOL },
  },
  'yijie.home.v1.EnrolmentService/GetMember': {
    budget: 'reading',
    roles: { 'home-clerk': HOME_POOL_MASKED, reviewer: HOME_POOL_MASKED, auditor: ALL_MASKED },
  },
  'yijie.home.v1.FilingService/SubmitFiling': changesPastFiling,
  'yijie.home.v1.FilingService/CancelFiling': changesPastFiling,
  'yijie.home.v1.FilingService/ListFilings': readsFiling,
  'yijie.home.v1.FilingService/GetFiling': readsFiling,
  'yijie.home.v1.FilingService/ListReviewQueue': readsFiling,
  'yijie.home.v1.FilingService/ApproveFiling': changesPastFiling,
  'yijie.home.v1.FilingService/AskForMaterial': changesFiling,
  'yijie.home.v1.FilingService/SupplyMaterial': changesFiling,
  'yijie.home.v1.FilingService/RejectFiling': changesFiling,
  'yijie.home.v1.FilingService/ChangeFiling': changesFiling,
  'yijie.home.v1.FilingService/RenewFiling': changesFiling,
  'yijie.home.v1.FilingService/WithdrawFiling': changesFiling,
  'yijie.home.v1.FilingService/SupplyProof': changesFiling,
  'yijie.home.v1.FilingService/RefileFiling': changesFiling,
  // Shows the person in full: for the signature.
  'yijie.home.v1.FilingService/PrintFiling': {
    budget: 'reading',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL },
  },
  'yijie.home.v1.FilingService/CheckEligibility': readsFiling,
  'yijie.home.v1.FilingImportService/OpenImport': importsFilings,
  'yijie.home.v1.FilingImportService/ImportBatch': importsFilings,
  'yijie.home.v1.FilingImportService/ListRefusedRows': { budget: 'reading', roles: importsFilings.roles },
  // Opens the stream; each request on it is asked about under its own name.
  'yijie.home.v1.FilingImportStreamService/Exchange': importsFilings,

  // Proposed, decided and paid by three kinds of people; the service keeps the persons apart as well.
  'yijie.home.v1.CorrectionService/ProposeCorrection': {
    budget: 'administration',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL },
  },
  'yijie.home.v1.CorrectionService/DecideCorrection': {
    budget: 'administration',
    roles: { reviewer: HOME_POOL },
  },
  'yijie.home.v1.CorrectionService/RecordCorrectionPayment': {
    budget: 'administration',
    roles: { finance: HOME_POOL },
  },
  'yijie.home.v1.CorrectionService/ListCorrections': readsClaims,

  'yijie.home.v1.PersonQueryService/ListPersonFilings': readsPerson,
  'yijie.home.v1.PersonQueryService/ListPersonSettlements': readsPerson,
  'yijie.home.v1.PersonQueryService/GetPersonSettlement': readsPerson,
  'yijie.home.v1.PersonQueryService/GetPersonYear': readsPerson,
  // The notice carries the whole name.
  'yijie.home.v1.PersonQueryService/PrintChronicNotice': {
    budget: 'administration',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL },
  },

  'yijie.home.v1.StatisticsService/GetStatistics': readsStatistics,
  // Rows are ids of settlements, visits, filings and claims; none names a person.
  'yijie.home.v1.StatisticsService/ListStatisticRows': readsStatistics,
  'yijie.home.v1.StatisticsService/ExportStatistics': readsStatistics,

  // Entered by a clerk, decided by a reviewer, paid by finance; the service keeps the persons apart as well.
  'yijie.home.v1.ReimbursementService/OpenReimbursement': takesClaims,
  'yijie.home.v1.ReimbursementService/PreviewMaterials': takesClaims,
  'yijie.home.v1.ReimbursementService/ReceiveMaterials': takesClaims,
  'yijie.home.v1.ReimbursementService/EnterReimbursementBill': takesClaims,
  'yijie.home.v1.ReimbursementService/DecideReimbursement': {
    budget: 'administration',
    roles: { reviewer: HOME_POOL },
  },
  'yijie.home.v1.ReimbursementService/RecordReimbursementPayment': {
    budget: 'administration',
    roles: { finance: HOME_POOL },
  },
  'yijie.home.v1.ReimbursementService/WithdrawReimbursement': takesClaims,
  'yijie.home.v1.ReimbursementService/GetReimbursement': readsClaims,
  'yijie.home.v1.ReimbursementService/ListReimbursements': readsClaims,
  // The letter carries the whole name.
  'yijie.home.v1.ReimbursementService/PrintReimbursement': {
    budget: 'administration',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL },
  },

  'yijie.home.v1.BenefitRegistryService/PutQualification': {
    budget: 'administration',
    roles: { 'home-clerk': RETROACTIVE_TWO_PERSONS, reviewer: RETROACTIVE_TWO_PERSONS },
  },
  'yijie.home.v1.BenefitRegistryService/ListQualifications': {
    budget: 'reading',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, auditor: ALL_MASKED },
  },
  'yijie.home.v1.BenefitRegistryService/ChooseHospitals': {
    budget: 'administration',
    roles: { 'home-clerk': RETROACTIVE_TWO_PERSONS, reviewer: RETROACTIVE_TWO_PERSONS },
  },
  'yijie.home.v1.BenefitRegistryService/ListChosenHospitals': {
    budget: 'reading',
    roles: { 'home-clerk': HOME_POOL, reviewer: HOME_POOL, auditor: ALL_MASKED },
  },

  'yijie.policy.v1.PolicyService/ListPacks': readsPolicy,
  'yijie.policy.v1.PolicyService/CheckPack': readsPolicy,
  'yijie.policy.v1.PolicyService/ComputePack': readsPolicy,
  'yijie.policy.v1.PolicyService/ExplainPack': readsPolicy,
  'yijie.policy.v1.PolicyService/TestPack': readsPolicy,
  'yijie.policy.v1.PolicyService/DiffPacks': readsPolicy,
  // Takes a year of the bureau's own settlements, and minutes of computing: the bureau's drafts alone.
  'yijie.policy.v1.PolicyService/SimulatePack': {
    budget: 'administration',
    roles: { 'home-clerk': PROVINCE, reviewer: PROVINCE },
  },

  'yijie.operations.v1.OperationsService/ListDeadLetters': {
    budget: 'administration',
    roles: {
      'treatment-clerk': PROVINCE_MASKED,
      'home-clerk': PROVINCE_MASKED,
      reviewer: PROVINCE_MASKED,
      auditor: ALL_MASKED,
      operations: ALL_HEADERS,
    },
  },
  'yijie.operations.v1.OperationsService/ShowDeadLetter': {
    budget: 'administration',
    roles: {
      'treatment-clerk': PROVINCE_MASKED,
      'home-clerk': PROVINCE_MASKED,
      reviewer: PROVINCE_MASKED,
      auditor: ALL_MASKED,
      operations: ALL_HEADERS,
    },
  },
  'yijie.operations.v1.OperationsService/RedriveDeadLetter': {
    budget: 'administration',
    roles: { reviewer: PROVINCE_TWO_PERSONS },
  },
  'yijie.operations.v1.OperationsService/DropDeadLetter': {
    budget: 'administration',
    roles: { reviewer: PROVINCE_TWO_PERSONS },
  },
  'yijie.operations.v1.OperationsService/VerifyAudit': {
    budget: 'administration',
    roles: { auditor: ALL, 'national-centre': ALL },
  },

  'yijie.clearing.v1.RunService/ListRuns': readsClearing,
  'yijie.clearing.v1.RunService/GetRun': readsClearing,
  'yijie.clearing.v1.RunService/CutRun': makesRun,
  'yijie.clearing.v1.RunService/GenerateRun': makesRun,
  'yijie.clearing.v1.RunService/ReproduceRun': readsClearing,
  'yijie.clearing.v1.RunService/SignRun': signsRun,
  'yijie.clearing.v1.RunService/ReturnRun': signsRun,
  'yijie.clearing.v1.RunService/MoveRows': makesRun,
  'yijie.clearing.v1.RunService/DecideParty': releasesRun,
  'yijie.clearing.v1.RunService/ConfirmRun': releasesRun,
  'yijie.clearing.v1.RunService/CloseRun': releasesRun,
  'yijie.clearing.v1.RunService/CompareNetting': readsClearing,
  'yijie.clearing.v1.RunService/GetTable': readsClearing,
  'yijie.clearing.v1.RunService/ListCarried': readsClearing,
  'yijie.clearing.v1.RunService/ExportDetail': readsClearing,

  'yijie.clearing.v1.DeductionService/RecordDeduction': auditsHospital,
  'yijie.clearing.v1.DeductionService/ListDeductions': readsClearing,
  // The hospital itself, or the clerk who takes its letter.
  'yijie.clearing.v1.DeductionService/ObjectToDeduction': {
    budget: 'administration',
    roles: { hospital: OWN, 'treatment-clerk': EITHER_POOL },
  },
  'yijie.clearing.v1.DeductionService/DecideObjection': {
    budget: 'administration',
    roles: { reviewer: EITHER_POOL },
  },
  'yijie.clearing.v1.DeductionService/RaiseDispute': speaksForRegion,
  'yijie.clearing.v1.DeductionService/AnswerDispute': speaksForRegion,
  'yijie.clearing.v1.DeductionService/ListDisputes': readsClearing,
  'yijie.clearing.v1.DeductionService/AskCheck': {
    budget: 'administration',
    roles: { 'home-clerk': EITHER_POOL, reviewer: EITHER_POOL },
  },
  'yijie.clearing.v1.DeductionService/AnswerCheck': auditsHospital,
  'yijie.clearing.v1.DeductionService/ListChecks': readsClearing,

  'yijie.clearing.v1.NoticeService/IssueNotices': releasesRun,
  'yijie.clearing.v1.NoticeService/ListNotices': readsClearing,
  'yijie.clearing.v1.NoticeService/GetNotice': readsClearing,
  'yijie.clearing.v1.NoticeService/SubmitNotice': speaksForRegion,
  'yijie.clearing.v1.NoticeService/VoidNotice': releasesRun,
  'yijie.clearing.v1.NoticeService/RecordPayment': paysNotices,
  'yijie.clearing.v1.NoticeService/ConfirmReceipt': paysNotices,
  'yijie.clearing.v1.NoticeService/ImportStatement': paysNotices,
  'yijie.clearing.v1.NoticeService/ListBankExceptions': readsClearing,
  'yijie.clearing.v1.NoticeService/ResolveBankLine': paysNotices,

  'yijie.clearing.v1.AdvanceService/PreviewAdjustment': readsClearing,
  'yijie.clearing.v1.AdvanceService/IssueAdjustment': releasesRun,
  'yijie.clearing.v1.AdvanceService/GetUsage': readsClearing,
  'yijie.clearing.v1.AdvanceService/RequestUrgent': speaksForRegion,
  'yijie.clearing.v1.AdvanceService/GetBalances': readsClearing,

  'yijie.clearing.v1.YearEndService/ApplyYearEnd': speaksForRegion,
  'yijie.clearing.v1.YearEndService/AnswerYearEnd': speaksForRegion,
  'yijie.clearing.v1.YearEndService/GetYearEnd': readsClearing,
  'yijie.clearing.v1.YearEndService/IssueYearEnd': releasesRun,
  'yijie.clearing.v1.YearEndService/CloseYear': releasesRun,

  'yijie.clearing.v1.ExplainService/ExplainNoticeLine': readsClearing,

  'yijie.clearing.v1.MatchingService/ListExceptions': readsClearing,
  'yijie.clearing.v1.MatchingService/ListRefusedRecords': readsClearing,
  'yijie.clearing.v1.MatchingService/GetMatch': readsClearing,
  'yijie.clearing.v1.MatchingService/GetMatchReport': readsClearing,
  'yijie.clearing.v1.MatchingService/MatchNow': speaksForRegion,
  'yijie.clearing.v1.MatchingService/RequestResend': speaksForRegion,
  'yijie.clearing.v1.MatchingService/RequestRefund': speaksForRegion,
  'yijie.clearing.v1.MatchingService/AcceptDifference': decidesDifference,
  'yijie.clearing.v1.MatchingService/AdmitLate': decidesDifference,

  'yijie.clearing.v1.HospitalClearingService/CheckTotals': readsOwn,
  'yijie.clearing.v1.HospitalClearingService/CheckDetail': readsOwn,
  'yijie.clearing.v1.HospitalClearingService/ListHospitalRows': readsOwn,
  'yijie.clearing.v1.HospitalClearingService/ConfirmRows': changesOwn,
  'yijie.clearing.v1.HospitalClearingService/ConfirmSpan': changesOwn,
  'yijie.clearing.v1.HospitalClearingService/RollBackConfirmation': changesOwn,
  'yijie.clearing.v1.HospitalClearingService/ApplyForMonth': changesOwn,
  'yijie.clearing.v1.HospitalClearingService/WithdrawApplication': changesOwn,
  'yijie.clearing.v1.HospitalClearingService/GetApplication': {
    budget: 'reading',
    roles: { ...HOSPITAL, ...readsApplications.roles },
  },
  'yijie.clearing.v1.HospitalClearingService/ListApplications': readsApplications,
  'yijie.clearing.v1.HospitalClearingService/DecideApplication': {
    budget: 'administration',
    roles: { 'treatment-clerk': TREATMENT_POOL, reviewer: TREATMENT_POOL },
  },
  'yijie.clearing.v1.HospitalClearingService/RecordHospitalPayment': {
    budget: 'administration',
    roles: { finance: TREATMENT_POOL },
  },
};
