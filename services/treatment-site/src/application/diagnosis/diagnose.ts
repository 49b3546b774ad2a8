import {
  type Attempt,
  type DiagnoseRequest,
  type DiagnoseResponse,
  DiagnosisSubject,
  type MessageKey,
} from '@yijie/contracts/diagnosis';
import { Call } from '@yijie/contracts/treatment';
import { type CheckResult, checkTrail, type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { diagnoseCode, diagnosisAnswer } from '@yijie/service';
import { CALL, type StoredCommand } from '../../core/command.ts';
import { isKey } from '../../core/form.ts';
import { callWord, type MessageStanding, messageState, messageTrail } from '../../core/message-trail.ts';
import { visitState } from '../../core/visit.ts';
import { type KnownCommand, loadCommandByKey, loadCommands } from '../../repositories/load-commands.ts';
import {
  findRefusal,
  findRefusalByKey,
  type KeptRefusal,
  refusalsOfSubject,
} from '../../repositories/refusals.ts';
import { findSettlement, findVisit, type VisitRecord } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { visitToday } from '../visits/visit-today.ts';
import { diagnoseAtHome, standingOf } from './diagnose-at-home.ts';

/** Earlier calls on a visit that are shown. */
const ATTEMPTS_MAX = 20;

/** Why something didn't settle, and who must do what: of a visit, a message, a refused call, or a code alone. */
export async function diagnose(
  site: Site,
  request: DiagnoseRequest,
  caller: Caller,
): Promise<DiagnoseResponse | Refusal> {
  const { subject } = request;
  // What was refused a moment ago may still be on its way to the table.
  await site.refusals.idle();
  switch (subject?.$case) {
    case 'id':
      return diagnoseId(site, subject.id, caller);
    case 'key':
      return diagnoseKey(site, subject.key, caller);
    case 'code':
      return diagnoseCode(subject.code, site.clock.now());
    case undefined:
      return refuse('FRM-REQUIRED', { field: 'subject' });
  }
}

async function diagnoseId(site: Site, text: string, caller: Caller): Promise<DiagnoseResponse | Refusal> {
  const id = idOf(text);
  if (id === undefined) return refuse('DGN-UNKNOWN', { id: text });
  const visit = await findVisit(site.database, caller.rows, id);
  if (visit) return ofVisit(site, caller, visit);
  const [command] = await loadCommands(site.database, [id]);
  if (command && mayRead(site, caller, command.command)) return ofMessage(site, caller, command);
  const refusal = await findRefusal(site.database, id);
  if (refusal && mayRead(site, caller, refusal)) return ofRefusal(site, caller, refusal);
  return refuse('DGN-UNKNOWN', { id: text });
}

/** A key's accepted message, else what its latest call was refused for. */
async function diagnoseKey(site: Site, key: MessageKey, caller: Caller): Promise<DiagnoseResponse | Refusal> {
  const { idempotencyKey, call } = key;
  if (!isKey(idempotencyKey)) return refuse('KEY-MISSING');
  const institutionCode = caller.institutionCode || key.institutionCode;
  if (institutionCode === '') return refuse('FRM-REQUIRED', { field: 'institution_code' });
  const calls = call === Call.UNSPECIFIED ? [CALL.settle, CALL.refund, CALL.reverse] : [call];
  for (const each of calls) {
    const command = await loadCommandByKey(site.database, institutionCode, each, idempotencyKey);
    if (command && mayRead(site, caller, command.command)) return ofMessage(site, caller, command);
  }
  const refusal = await findRefusalByKey(site.database, institutionCode, idempotencyKey);
  if (refusal && mayRead(site, caller, refusal)) return ofRefusal(site, caller, refusal);
  return refuse('DGN-UNKNOWN', { id: idempotencyKey });
}

/** Another's message or refusal looks like none. */
function mayRead(
  site: Site,
  { rows }: Caller,
  row: { readonly institutionCode: string; readonly homePool: string },
): boolean {
  const isAtPool = (pool: string) => site.institutions.find(row.institutionCode)?.pool === pool;
  switch (rows.kind) {
    case 'institution':
      return row.institutionCode === rows.institutionCode;
    case 'treatment-pool':
      return isAtPool(rows.pool);
    case 'home-pool':
      return row.homePool === rows.pool;
    case 'either-pool':
      return row.homePool === rows.pool || isAtPool(rows.pool);
    case 'all':
      return true;
  }
}

/** A visit: how its last call went, and what it would meet today. */
async function ofVisit(site: Site, caller: Caller, record: VisitRecord): Promise<DiagnoseResponse> {
  const { visit } = record;
  const visitId = idToText(visit.visitId);
  const refusals = await refusalsOfSubject(site.database, visit.institutionCode, visitId, ATTEMPTS_MAX);
  const commandId = visit.claim?.commandId ?? idOfSettleRefusedAtHome(refusals);
  const [command] = commandId === undefined ? [] : await loadCommands(site.database, [commandId]);
  const common = {
    subject: DiagnosisSubject.VISIT,
    visitId,
    state: visitState(visit),
    atMs: record.admittedAtMs,
    attempts: attemptsOf(refusals, command),
  };
  const last = refusals[0];
  if (visit.claim?.isSettled && command) {
    const messageId = idToText(visit.claim.commandId);
    const checks = messageTrail(command.command, command.result, NOTHING_OPEN, messageId);
    return diagnosisAnswer({ ...common, messageId, call: 'settle', checks }, site.clock.now());
  }
  const today = await visitToday(site, caller, visit, { refusals, command });
  if (visit.claim && command && today.standing) {
    const messageId = idToText(visit.claim.commandId);
    const checks = messageTrail(command.command, command.result, today.standing, messageId);
    return diagnosisAnswer(
      { ...common, messageId, call: 'settle', checks, today: today.checks },
      site.clock.now(),
    );
  }
  const checks = last === undefined ? [] : trailOfRefusal(last);
  return diagnosisAnswer({ ...common, call: last?.call, checks, today: today.checks }, site.clock.now());
}

/** A settlement, refund or reversal that was accepted: how it went, and its visit today when that is still open. */
async function ofMessage(site: Site, caller: Caller, known: KnownCommand): Promise<DiagnoseResponse> {
  const { command, result } = known;
  const messageId = idToText(command.commandId);
  const settled = await findSettlement(site.database, caller.rows, command.commandId);
  const visit =
    command.visitId === undefined ? undefined : await findVisit(site.database, caller.rows, command.visitId);
  const isLeftOpen = visit !== undefined && command.call === CALL.settle && !visit.visit.claim?.isSettled;
  const visitId = visit === undefined ? '' : idToText(visit.visit.visitId);
  const refusals =
    visit === undefined
      ? []
      : await refusalsOfSubject(site.database, command.institutionCode, visitId, ATTEMPTS_MAX);
  const today = isLeftOpen
    ? await visitToday(site, caller, visit.visit, { refusals, command: known })
    : undefined;
  const standing =
    result === undefined ? (today?.standing ?? (await askStanding(site, caller, command))) : NOTHING_OPEN;
  return diagnosisAnswer(
    {
      subject: DiagnosisSubject.MESSAGE,
      visitId,
      messageId,
      call: callWord(command),
      state: messageState(result, standing, settled?.isRefunded ?? false),
      atMs: command.acceptedAtMs,
      checks: messageTrail(command, result, standing, messageId),
      today: today?.checks,
      attempts: attemptsOf(refusals, known),
    },
    site.clock.now(),
  );
}

const NOTHING_OPEN: MessageStanding = { atHome: undefined, deadAnswer: undefined };

/** Where a refund or a reversal stands; the settlement of a visit is asked about with its visit. */
async function askStanding(site: Site, caller: Caller, command: StoredCommand): Promise<MessageStanding> {
  const { commandId, personToken } = command;
  const institution = site.institutions.find(command.institutionCode);
  // The tombstone of a key that was reversed before it arrived names nobody.
  if (institution === undefined || personToken === '') return NOTHING_OPEN;
  const diagnosed = await diagnoseAtHome(site, caller, institution, command, undefined, [commandId]);
  return standingOf(site, personToken, commandId, diagnosed);
}

/** A call that was refused: how it went, and its visit today when it named one that is still open. */
async function ofRefusal(site: Site, caller: Caller, refusal: KeptRefusal): Promise<DiagnoseResponse> {
  const id = idOf(refusal.subject);
  const record = id && (await findVisit(site.database, caller.rows, id));
  const isOpen = record !== undefined && !record.visit.claim?.isSettled;
  const refusals = record
    ? await refusalsOfSubject(site.database, refusal.institutionCode, refusal.subject, ATTEMPTS_MAX)
    : [];
  const commandId = idOfSettleRefusedAtHome(refusals);
  const [command] = commandId === undefined ? [] : await loadCommands(site.database, [commandId]);
  const today = isOpen ? await visitToday(site, caller, record.visit, { refusals, command }) : undefined;
  return diagnosisAnswer(
    {
      subject: DiagnosisSubject.REFUSAL,
      visitId: record ? refusal.subject : '',
      messageId: '',
      call: refusal.call,
      state: 'REFUSED',
      atMs: refusal.atMs,
      checks: trailOfRefusal(refusal),
      today: today?.checks,
      attempts: attemptsOf(refusals, command),
    },
    site.clock.now(),
  );
}

function trailOfRefusal(refusal: KeptRefusal): CheckResult[] {
  return checkTrail(refusal.call, { refusal, refusedBy: refusal.refusedBy });
}

/** A settlement that the home region refused is kept under the id of its command, and the bill it was sent with too. */
function idOfSettleRefusedAtHome(refusals: readonly KeptRefusal[]): Buffer | undefined {
  return refusals.find(({ call, refusedBy }) => call === 'settle' && refusedBy === 'home-region')
    ?.diagnosisId;
}

function attemptsOf(refusals: readonly KeptRefusal[], known: KnownCommand | undefined): Attempt[] {
  const attempts: Attempt[] = refusals.map(({ call, atMs, diagnosisId, code }) => ({
    call,
    atMs,
    id: diagnosisId === undefined ? '' : idToText(diagnosisId),
    state: 'REFUSED',
    code,
  }));
  if (known === undefined) return attempts;
  const { command, result } = known;
  const id = idToText(command.commandId);
  if (attempts.some((attempt) => attempt.id === id)) return attempts;
  const state = messageState(result, NOTHING_OPEN, false);
  const own = { call: callWord(command), atMs: command.acceptedAtMs, id, state, code: '' };
  return [...attempts, own].toSorted((a, b) => b.atMs - a.atMs);
}
