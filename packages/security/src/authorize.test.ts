import { describe, expect, test } from '@jest/globals';
import * as benefit from '@yijie/contracts/benefit';
import * as clearing from '@yijie/contracts/clearing';
import * as diagnosis from '@yijie/contracts/diagnosis';
import * as directory from '@yijie/contracts/directory';
import * as home from '@yijie/contracts/home';
import * as matching from '@yijie/contracts/matching';
import * as operations from '@yijie/contracts/operations';
import * as policy from '@yijie/contracts/policy';
import * as query from '@yijie/contracts/query';
import * as reference from '@yijie/contracts/reference';
import * as reimbursement from '@yijie/contracts/reimbursement';
import * as statistics from '@yijie/contracts/statistics';
import * as treatment from '@yijie/contracts/treatment';
import { ACCESS_TABLE, ROLES, type Role, type Scope } from './access-table.ts';
import { authorize, roleOf, rowFilter, withSecondPerson } from './authorize.ts';
import type { AgencyRole, Caller } from './caller.ts';

// biome-ignore format: one a line, so that two who add one don't meet
const MODULES = [
  treatment,
  diagnosis,
  directory,
  reference,
  home,
  benefit,
  operations,
  policy,
  clearing,
  matching,
  reimbursement,
  statistics,
  query,
];

/** What the generated code serves, found by its form, so that no service is left out of the walk. */
const served = MODULES.flatMap((module) =>
  Object.values(module as Record<string, unknown>).flatMap((value) =>
    Object.values(typeof value === 'object' && value !== null ? value : {}).flatMap((method: unknown) => {
      const path = (method as { path?: unknown } | null)?.path;
      return typeof path === 'string' && path.startsWith('/yijie.') ? [path.slice(1)] : [];
    }),
  ),
);

/**
 * The whole matrix, written apart from the table: rows are calls, columns the roles in their order. o own, t treatment
 * pool, h home pool, e either pool, p province, a all; m masked, H headers only, 2 second person, r second when
 * retroactive; - refused.
 */
const EXPECTED = `
                                   hospital gateway t-clerk h-clerk reviewer signer finance centre auditor ops  service
TreatmentService/VerifyPerson      o        o       -       -       -        -      -       -      -       -    -
TreatmentService/CheckBenefit      o        o       -       -       -        -      -       -      -       -    -
TreatmentService/Admit             o        o       -       -       -        -      -       -      -       -    -
TreatmentService/ChangeAdmission   o        o       -       -       -        -      -       -      -       -    -
TreatmentService/CancelAdmission   o        o       -       -       -        -      -       -      -       -    -
TreatmentService/UploadCharges     o        o       -       -       -        -      -       -      -       -    -
TreatmentService/ListStoredLines   o        o       -       -       -        -      -       -      -       -    -
TreatmentService/WithdrawCharges   o        o       -       -       -        -      -       -      -       -    -
TreatmentService/Discharge         o        o       -       -       -        -      -       -      -       -    -
TreatmentService/CancelDischarge   o        o       -       -       -        -      -       -      -       -    -
TreatmentService/PreSettle         o        o       -       -       -        -      -       -      -       -    -
TreatmentService/Settle            o        o       -       -       -        -      -       -      -       -    -
TreatmentService/Refund            o        o       -       -       -        -      -       -      -       -    -
TreatmentService/Reverse           o        o       -       -       -        -      -       -      -       -    -
TreatmentService/GetSettlement     o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/GetOutcome        o        o       -       -       -        -      -       -      -       -    -
TreatmentService/ListSettlements   o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/GetVisit          o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/GetSlip           o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/ExplainSettlement o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/ListBillLines     o        o       tm      hm      e        -      -       -      am      -    -
TreatmentService/ListUnmappedItems o        o       -       -       -        -      -       -      -       -    -
TreatmentService/MapItems          o        o       -       -       -        -      -       -      -       -    -
TreatmentStreamService/Exchange    o        o       -       -       -        -      -       -      -       -    -
DiagnosisService/Diagnose          o        o       tm      hm      e        -      -       -      am      am   -
DirectoryService/ListHospitals     a        a       a       a       a        a      a       a      a       a    a
DirectoryService/ListAgencyContacts a       a       a       a       a        a      a       a      a       a    a
DirectoryService/ListNotices       a        a       a       a       a        a      a       a      a       a    a
DirectoryService/PublishNotice     -        -       t       -       t        -      -       -      -       a    -
DirectoryService/WithdrawNotice    -        -       t       -       t        -      -       -      -       a    -
ReferenceService/CheckReference    -        -       p       -       p        -      -       -      a       a    -
ReferenceService/DiffReference     -        -       p       -       p        -      -       -      a       a    -
ReferenceService/LoadReference     -        -       -       -       -        -      -       -      -       a    -
ReferenceService/ListReferenceVersions -    -       p       -       p        -      -       -      a       a    -
EnrolmentService/PutMembers        -        -       -       h       -        -      -       -      -       -    -
EnrolmentService/GetMember         -        -       -       hm      hm       -      -       -      am      -    -
FilingService/SubmitFiling         -        -       -       hr      hr       -      -       -      -       -    -
FilingService/CancelFiling         -        -       -       hr      hr       -      -       -      -       -    -
FilingService/ListFilings          -        -       -       h       h        -      -       -      am      -    -
CorrectionService/ProposeCorrection -       -       -       h       h        -      -       -      -       -    -
CorrectionService/DecideCorrection -        -       -       -       h        -      -       -      -       -    -
CorrectionService/RecordCorrectionPayment - -       -       -       -        -      h       -      -       -    -
CorrectionService/ListCorrections  -        -       -       h       h        -      h       -      am      -    -
ReimbursementService/OpenReimbursement - - - h - - - - - - -
ReimbursementService/PreviewMaterials - - - h - - - - - - -
ReimbursementService/ReceiveMaterials - - - h - - - - - - -
ReimbursementService/EnterReimbursementBill - - - h - - - - - - -
ReimbursementService/DecideReimbursement - - - - h - - - - - -
ReimbursementService/RecordReimbursementPayment - - - - - - h - - - -
ReimbursementService/WithdrawReimbursement - - - h - - - - - - -
ReimbursementService/GetReimbursement - - - h h - h - am - -
ReimbursementService/ListReimbursements - - - h h - h - am - -
ReimbursementService/PrintReimbursement - - - h h - - - - - -
PersonQueryService/ListPersonFilings - - - h h - - - am - -
PersonQueryService/ListPersonSettlements - - - h h - - - am - -
PersonQueryService/GetPersonSettlement - - - h h - - - am - -
PersonQueryService/GetPersonYear - - - h h - - - am - -
PersonQueryService/PrintChronicNotice - - - h h - - - - - -
StatisticsService/GetStatistics - - - h h p - - a - -
StatisticsService/ListStatisticRows - - - h h p - - a - -
StatisticsService/ExportStatistics - - - h h p - - a - -
BenefitRegistryService/PutQualification - -      -       hr      hr       -      -       -      -       -    -
BenefitRegistryService/ListQualifications - -    -       h       h        -      -       -      am      -    -
BenefitRegistryService/ChooseHospitals - -       -       hr      hr       -      -       -      -       -    -
BenefitRegistryService/ListChosenHospitals - -   -       h       h        -      -       -      am      -    -
FilingService/GetFiling            -        -       -       h       h        -      -       -      am      -    -
FilingService/ListReviewQueue      -        -       -       h       h        -      -       -      am      -    -
FilingService/ApproveFiling        -        -       -       hr      hr       -      -       -      -       -    -
FilingService/AskForMaterial       -        -       -       h       h        -      -       -      -       -    -
FilingService/SupplyMaterial       -        -       -       h       h        -      -       -      -       -    -
FilingService/RejectFiling         -        -       -       h       h        -      -       -      -       -    -
FilingService/ChangeFiling         -        -       -       h       h        -      -       -      -       -    -
FilingService/RenewFiling          -        -       -       h       h        -      -       -      -       -    -
FilingService/WithdrawFiling       -        -       -       h       h        -      -       -      -       -    -
FilingService/SupplyProof          -        -       -       h       h        -      -       -      -       -    -
FilingService/RefileFiling         -        -       -       h       h        -      -       -      -       -    -
FilingService/PrintFiling          -        -       -       h       h        -      -       -      -       -    -
FilingService/CheckEligibility     -        -       -       h       h        -      -       -      am      -    -
FilingImportService/OpenImport     -        -       -       h2      h2       -      -       -      -       -    -
FilingImportService/ImportBatch    -        -       -       h2      h2       -      -       -      -       -    -
FilingImportService/ListRefusedRows -      -       -       h2      h2       -      -       -      -       -    -
FilingImportStreamService/Exchange -        -       -       h2      h2       -      -       -      -       -    -
PolicyService/ListPacks            -        -       -       p       p        -      -       a      a       -    -
PolicyService/CheckPack            -        -       -       p       p        -      -       a      a       -    -
PolicyService/ComputePack          -        -       -       p       p        -      -       a      a       -    -
PolicyService/ExplainPack          -        -       -       p       p        -      -       a      a       -    -
PolicyService/TestPack             -        -       -       p       p        -      -       a      a       -    -
PolicyService/DiffPacks            -        -       -       p       p        -      -       a      a       -    -
PolicyService/SimulatePack         -        -       -       p       p        -      -       -      -       -    -
OperationsService/ListDeadLetters  -        -       pm      pm      pm       -      -       -      am      amH  -
OperationsService/ShowDeadLetter   -        -       pm      pm      pm       -      -       -      am      amH  -
OperationsService/RedriveDeadLetter -       -       -       -       pm2      -      -       -      -       -    -
OperationsService/DropDeadLetter   -        -       -       -       pm2      -      -       -      -       -    -
OperationsService/VerifyAudit      -        -       -       -       -        -      -       a      a       -    -
RunService/ListRuns                -        -       e       e       e        e      e       a      a       -    -
RunService/GetRun                  -        -       e       e       e        e      e       a      a       -    -
RunService/CutRun                  -        -       -       -       e        -      -       a      -       -    -
RunService/GenerateRun             -        -       -       -       e        -      -       a      -       -    -
RunService/ReproduceRun            -        -       e       e       e        e      e       a      a       -    -
RunService/SignRun                 -        -       -       -       -        e      -       -      -       -    -
RunService/ReturnRun               -        -       -       -       -        e      -       -      -       -    -
RunService/MoveRows                -        -       -       -       e        -      -       a      -       -    -
RunService/DecideParty             -        -       -       -       -        e      -       a      -       -    -
RunService/ConfirmRun              -        -       -       -       -        e      -       a      -       -    -
RunService/CloseRun                -        -       -       -       -        e      -       a      -       -    -
RunService/CompareNetting          -        -       e       e       e        e      e       a      a       -    -
RunService/GetTable                -        -       e       e       e        e      e       a      a       -    -
RunService/ListCarried             -        -       e       e       e        e      e       a      a       -    -
RunService/ExportDetail            -        -       e       e       e        e      e       a      a       -    -
DeductionService/RecordDeduction   -        -       e       -       e        -      -       -      -       -    -
DeductionService/ListDeductions    -        -       e       e       e        e      e       a      a       -    -
DeductionService/ObjectToDeduction o        -       e       -       -        -      -       -      -       -    -
DeductionService/DecideObjection   -        -       -       -       e        -      -       -      -       -    -
DeductionService/RaiseDispute      -        -       e       e       e        -      -       a      -       -    -
DeductionService/AnswerDispute     -        -       e       e       e        -      -       a      -       -    -
DeductionService/ListDisputes      -        -       e       e       e        e      e       a      a       -    -
DeductionService/AskCheck          -        -       -       e       e        -      -       -      -       -    -
DeductionService/AnswerCheck       -        -       e       -       e        -      -       -      -       -    -
DeductionService/ListChecks        -        -       e       e       e        e      e       a      a       -    -
NoticeService/IssueNotices         -        -       -       -       -        e      -       a      -       -    -
NoticeService/ListNotices          -        -       e       e       e        e      e       a      a       -    -
NoticeService/GetNotice            -        -       e       e       e        e      e       a      a       -    -
NoticeService/SubmitNotice         -        -       e       e       e        -      -       a      -       -    -
NoticeService/VoidNotice           -        -       -       -       -        e      -       a      -       -    -
NoticeService/RecordPayment        -        -       -       -       -        -      e       -      -       -    -
NoticeService/ConfirmReceipt       -        -       -       -       -        -      e       -      -       -    -
NoticeService/ImportStatement      -        -       -       -       -        -      e       -      -       -    -
NoticeService/ListBankExceptions   -        -       e       e       e        e      e       a      a       -    -
NoticeService/ResolveBankLine      -        -       -       -       -        -      e       -      -       -    -
AdvanceService/PreviewAdjustment   -        -       e       e       e        e      e       a      a       -    -
AdvanceService/IssueAdjustment     -        -       -       -       -        e      -       a      -       -    -
AdvanceService/GetUsage            -        -       e       e       e        e      e       a      a       -    -
AdvanceService/RequestUrgent       -        -       e       e       e        -      -       a      -       -    -
AdvanceService/GetBalances         -        -       e       e       e        e      e       a      a       -    -
YearEndService/ApplyYearEnd        -        -       e       e       e        -      -       a      -       -    -
YearEndService/AnswerYearEnd       -        -       e       e       e        -      -       a      -       -    -
YearEndService/GetYearEnd          -        -       e       e       e        e      e       a      a       -    -
YearEndService/IssueYearEnd        -        -       -       -       -        e      -       a      -       -    -
YearEndService/CloseYear           -        -       -       -       -        e      -       a      -       -    -
ExplainService/ExplainNoticeLine   -        -       e       e       e        e      e       a      a       -    -
MatchingService/ListExceptions     -        -       e       e       e        e      e       a      a       -    -
MatchingService/ListRefusedRecords -        -       e       e       e        e      e       a      a       -    -
MatchingService/GetMatch           -        -       e       e       e        e      e       a      a       -    -
MatchingService/GetMatchReport     -        -       e       e       e        e      e       a      a       -    -
MatchingService/MatchNow           -        -       e       e       e        -      -       a      -       -    -
MatchingService/RequestResend      -        -       e       e       e        -      -       a      -       -    -
MatchingService/RequestRefund      -        -       e       e       e        -      -       a      -       -    -
MatchingService/AcceptDifference   -        -       -       -       e2       -      -       a2     -       -    -
MatchingService/AdmitLate          -        -       -       -       e2       -      -       a2     -       -    -
HospitalClearingService/CheckTotals      o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/CheckDetail      o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/ListHospitalRows o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/ConfirmRows      o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/ConfirmSpan      o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/RollBackConfirmation o o    -       -       -        -      -       -      -       -    -
HospitalClearingService/ApplyForMonth    o  o       -       -       -        -      -       -      -       -    -
HospitalClearingService/WithdrawApplication o o     -       -       -        -      -       -      -       -    -
HospitalClearingService/GetApplication   o  o       t       -       t        -      t       -      a       -    -
HospitalClearingService/ListApplications -  -       t       -       t        -      t       -      a       -    -
HospitalClearingService/DecideApplication - -       t       -       t        -      -       -      -       -    -
HospitalClearingService/RecordHospitalPayment - -   -       -       -        -      t       -      -       -    -
`;
const matrix = EXPECTED.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/) as [string, ...string[]]);

describe('who may call what', () => {
  test('every RPC that is served has a row, and every row an RPC', () => {
    expect(served.length).toBeGreaterThan(30);
    expect(Object.keys(ACCESS_TABLE).sort()).toEqual([...served].sort());
    expect(matrix.map(([name]) => name).sort()).toEqual([...served].map(shortName).sort());
  });

  describe.each(matrix)('%s', (name, ...cells) => {
    const rpc = served.find((each) => shortName(each) === name)!;
    test.each(ROLES.map((role, column) => [role, cells[column]!] as const))('%s: %s', (role, cell) => {
      const caller = callerOf(role, { second: 'clerk-2' });
      const answer = authorize(rpc, caller, '430000');
      if (cell === '-') expect(answer).toEqual({ ok: false, code: 'AUT-ROLE', values: { role, rpc } });
      else expect(answer.ok && written(answer.scope)).toBe(cell);
    });
  });

  test('an RPC that nobody knows is refused, also one named like a part of every object', () => {
    for (const rpc of ['yijie.treatment.v1.TreatmentService/Unknown', 'constructor', '__proto__', '']) {
      expect(authorize(rpc, callerOf('hospital'), '430000').ok).toBe(false);
    }
  });

  test.each([
    'yijie.operations.v1.OperationsService/ListDeadLetters',
    'yijie.policy.v1.PolicyService/ListPacks',
  ])('what belongs to a province is closed to people of another: %s', (rpc) => {
    expect(authorize(rpc, callerOf('reviewer'), '430000').ok).toBe(true);
    expect(authorize(rpc, callerOf('reviewer'), '410000')).toMatchObject({ code: 'AUT-ROLE' });
    expect(authorize(rpc, callerOf('auditor'), '410000').ok).toBe(true);
  });

  test.each([
    ['nobody', undefined, 'reviewer'],
    ['the same person', 'clerk-1', 'reviewer'],
    ['a person without the right', 'clerk-2', 'home-clerk'],
  ] as const)('a dead letter is redriven by two: %s beside the first is not enough', (_, second, role) => {
    const rpc = 'yijie.operations.v1.OperationsService/RedriveDeadLetter';
    const caller = callerOf('reviewer', second === undefined ? {} : { second, secondRole: role });
    expect(authorize(rpc, caller, '430000')).toEqual({ ok: false, code: 'AUT-SECOND', values: { rpc } });
    expect(authorize(rpc, callerOf('reviewer', { second: 'clerk-2' }), '430000').ok).toBe(true);
  });

  test('a filing into the past asks for the second person when the service finds that it is one', () => {
    const rpc = 'yijie.home.v1.FilingService/SubmitFiling';
    const alone = authorize(rpc, callerOf('home-clerk'), '430000');
    expect(alone.ok && alone.scope.secondPerson).toBe('when-retroactive');
    const scope = (alone as { scope: Scope }).scope;
    expect(withSecondPerson(rpc, callerOf('home-clerk'), scope)).toMatchObject({ code: 'AUT-SECOND' });
    expect(withSecondPerson(rpc, callerOf('home-clerk', { second: 'clerk-2' }), scope).ok).toBe(true);
    expect(withSecondPerson(rpc, callerOf('hospital'), scope).ok).toBe(false);
  });
});

describe('the rows a caller may look at', () => {
  test.each<[Role, Scope['rows'], unknown]>([
    ['hospital', 'own', { kind: 'institution', institutionCode: 'H43010500001' }],
    ['gateway', 'own', { kind: 'institution', institutionCode: 'H43010500001' }],
    ['treatment-clerk', 'treatment-pool', { kind: 'treatment-pool', pool: '430100' }],
    ['home-clerk', 'home-pool', { kind: 'home-pool', pool: '430100' }],
    ['reviewer', 'either-pool', { kind: 'either-pool', pool: '430100' }],
    ['reviewer', 'province', { kind: 'all' }],
    ['auditor', 'all', { kind: 'all' }],
  ])('%s with %s', (role, rows, filter) => {
    expect(rowFilter({ rows, masked: false }, callerOf(role))).toEqual(filter);
  });

  test('a scope that does not fit the caller is a mistake of ours, and never a wider view', () => {
    expect(() => rowFilter({ rows: 'own', masked: false }, callerOf('auditor'))).toThrow();
    expect(() => rowFilter({ rows: 'home-pool', masked: false }, callerOf('hospital'))).toThrow();
  });
});

function callerOf(
  role: Role,
  { second, secondRole }: { second?: string; secondRole?: AgencyRole } = {},
): Caller {
  const serial = 'a1';
  switch (role) {
    case 'hospital':
      return { kind: 'institution', institutionCode: 'H43010500001', serial };
    case 'gateway':
      return { kind: 'institution', institutionCode: 'H43010500001', serial, gateway: 'his-gateway/430000' };
    case 'auditor':
    case 'operations':
      return { kind: role, person: 'person-1', serial };
    case 'service':
      return { kind: 'service', service: 'home-region', province: '430000', serial };
    default: {
      const pool = role === 'national-centre' ? '100000' : '430100';
      const person = { kind: 'agency', person: 'clerk-1', role, pool, serial } as const;
      expect(roleOf(person)).toBe(role);
      return second === undefined
        ? person
        : { ...person, second: { person: second, role: secondRole ?? role, pool } };
    }
  }
}

function written(scope: Scope): string {
  return [
    scope.rows[0],
    scope.masked ? 'm' : '',
    scope.headersOnly ? 'H' : '',
    scope.secondPerson === 'always' ? '2' : '',
    scope.secondPerson === 'when-retroactive' ? 'r' : '',
  ].join('');
}

function shortName(rpc: string): string {
  return rpc.replace(/^yijie\.\w+\.v1\./, '');
}
