import { type Refusal, refuse } from '@yijie/errors';
import { runDays } from '../calendar/run-calendar.ts';
import type { ClearingParameters } from '../parameters.ts';
import { levelOf, type PartyCode, type RunOwner } from '../party.ts';
import { type Period, previousPeriod } from '../period.ts';
import type { Run, RunParty } from './run.ts';
import type { RunCommand } from './run-command.ts';
import { LOCKED_STATES, RUN_TRANSITIONS } from './run-transitions.ts';

export type RunRefusal = Refusal<
  | 'CLR-RUN-STATE'
  | 'CLR-RUN-EARLY'
  | 'CLR-RUN-ORDER'
  | 'CLR-LOCKED'
  | 'CLR-CHECK'
  | 'CLR-PARTY'
  | 'CLR-REVISION'
  | 'CLR-HASH'
  | 'CLR-SIGNED'
  | 'CLR-FOUREYES'
  | 'CLR-REASON'
  | 'CLR-RETURNED'
  | 'CLR-RETURN-LATE'
  | 'CLR-DEADLINE'
  | 'CLR-UNSIGNED'
  | 'CLR-NATIONAL'
  | 'CLR-UNPAID'
>;
export type RunReply = { readonly ok: true; readonly run: Run } | RunRefusal;

export function openRun(owner: RunOwner, period: Period): Run {
  return { owner, level: levelOf(owner), period, state: 'OPEN', revision: 0, contentHash: '', parties: [] };
}

type Parameters = Pick<ClearingParameters, 'calendar' | 'autoSign'>;

/**
 * What a command makes of a run. Looked at in this order: state, day, content, persons. A command that would change nothing
 * (the same content generated again) gives the same run back.
 */
export function applyRunCommand(run: Run, command: RunCommand, parameters: Parameters): RunReply {
  const transition = RUN_TRANSITIONS[command.event];
  if (!transition.from.includes(run.state)) {
    const changesContent = ['generate', 'sign', 'return', 'decide'].includes(command.event);
    if (changesContent && LOCKED_STATES.includes(run.state)) {
      return refuse('CLR-LOCKED', { period: `${run.period}` });
    }
    return refuse('CLR-RUN-STATE', { state: run.state, event: command.event });
  }
  const changed = change(run, command, parameters);
  if (!changed.ok || transition.to === undefined) return changed;
  return { ok: true, run: { ...changed.run, state: transition.to } };
}

function change(run: Run, command: RunCommand, parameters: Parameters): RunReply {
  switch (command.event) {
    case 'cut':
      return cut(run, command, parameters);
    case 'generate':
      return generate(run, command, parameters);
    case 'sign':
      return sign(run, command);
    case 'return':
      return returnTables(run, command, parameters);
    case 'decide':
      return decide(run, command, parameters);
    case 'confirm':
      return confirm(run, command);
    case 'notice':
      return release(run, command);
    case 'close':
      return command.openLines === 0
        ? { ok: true, run }
        : refuse('CLR-UNPAID', { count: `${command.openLines}` });
    case 'submit':
    case 'pay':
      return { ok: true, run };
  }
}

type Of<Event extends RunCommand['event']> = Extract<RunCommand, { event: Event }>;

/** Rows that a return moves enter the next run, so a run isn't cut before the one before it is confirmed. */
function cut(run: Run, { today, previous }: Of<'cut'>, { calendar }: Parameters): RunReply {
  const { confirmOn } = runDays(run.period, calendar);
  if (today < confirmOn) return refuse('CLR-RUN-EARLY', { date: confirmOn });
  if (previous !== undefined && !LOCKED_STATES.includes(previous)) {
    return refuse('CLR-RUN-ORDER', { period: `${previousPeriod(run.period)}` });
  }
  return { ok: true, run };
}

/** A new revision when the content is new: signatures of the parties that it touches fall, the others stay. */
function generate(run: Run, command: Of<'generate'>, { calendar }: Parameters): RunReply {
  const { generateOn } = runDays(run.period, calendar);
  if (command.today < generateOn) return refuse('CLR-RUN-EARLY', { date: generateOn });
  const [failure] = command.failures;
  if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
  const { contentHash, partyHashes } = command.content;
  if (run.revision > 0 && contentHash === run.contentHash) return { ok: true, run };
  const before = new Map(run.parties.map((party) => [party.party, party]));
  const parties = [...partyHashes].map(([party, hash]): RunParty => {
    const known = before.get(party);
    return known?.contentHash === hash ? known : { party, contentHash: hash, state: 'UNSIGNED' };
  });
  const state = run.state === 'SIGNING' ? 'SIGNING' : 'GENERATED';
  const revision = run.revision + 1;
  return { ok: true, run: { ...run, state, revision, contentHash, parties, generatedBy: command.by } };
}

function sign(run: Run, command: Of<'sign'>): RunReply {
  const { by, at, keyId, signature, revision } = command;
  const party = partyAt(run, command);
  if ('code' in party) return party;
  if (command.contentHash !== party.contentHash) return refuse('CLR-HASH', { party: party.party });
  if (by === run.generatedBy) return refuse('CLR-FOUREYES');
  if (party.state === 'SIGNED') {
    return refuse('CLR-SIGNED', { party: party.party, revision: `${party.revision ?? revision}` });
  }
  const { contentHash } = party;
  const signed = {
    party: party.party,
    contentHash,
    state: 'SIGNED',
    revision,
    by,
    at,
    keyId,
    signature,
  } as const;
  return { ok: true, run: withParty(run, signed) };
}

/** Also by a party that has signed: its signature falls. */
function returnTables(run: Run, command: Of<'return'>, { calendar }: Parameters): RunReply {
  const { by, at, revision, reason, rows } = command;
  const party = partyAt(run, command);
  if ('code' in party) return party;
  const { signOn } = runDays(run.period, calendar);
  if (command.today > signOn) return refuse('CLR-RETURN-LATE', { date: signOn });
  if (reason.trim() === '') return refuse('CLR-REASON');
  const { contentHash } = party;
  const disputedRows = rows.toSorted();
  const returned = {
    party: party.party,
    contentHash,
    state: 'RETURNED',
    revision,
    by,
    at,
    reason,
    disputedRows,
  } as const;
  return { ok: true, run: withParty(run, returned) };
}

/**
 * After the deadline the centre decides for parties that haven't signed, with a reason. Disputed rows are carried first: that
 * changes the party's tables, and a new revision has it UNSIGNED.
 */
function decide(run: Run, command: Of<'decide'>, { calendar, autoSign }: Parameters): RunReply {
  const { signOn } = runDays(run.period, calendar);
  if (command.today <= signOn) return refuse('CLR-DEADLINE', { date: signOn });
  if (!autoSign && command.reason.trim() === '') return refuse('CLR-REASON');
  if (command.by === run.generatedBy) return refuse('CLR-FOUREYES');
  let decided = run;
  for (const code of command.parties) {
    const party = run.parties.find((one) => one.party === code);
    if (party === undefined) return refuse('CLR-PARTY', { party: code });
    if (party.state === 'SIGNED') {
      return refuse('CLR-SIGNED', { party: code, revision: `${party.revision ?? run.revision}` });
    }
    if ((party.disputedRows?.length ?? 0) > 0) return refuse('CLR-RETURNED', { party: code });
    const { by, at, reason } = command;
    const { contentHash } = party;
    decided = withParty(decided, {
      party: code,
      contentHash,
      state: 'DECIDED',
      revision: run.revision,
      by,
      at,
      reason,
    });
  }
  return { ok: true, run: decided };
}

function confirm(run: Run, { national }: Of<'confirm'>): RunReply {
  if (run.level === 'PROVINCIAL' && national !== undefined && !LOCKED_STATES.includes(national)) {
    return refuse('CLR-NATIONAL', { period: `${run.period}` });
  }
  const waiting = run.parties.filter(({ state }) => state !== 'SIGNED' && state !== 'DECIDED');
  if (waiting.length === 0) return { ok: true, run };
  return refuse('CLR-UNSIGNED', { parties: waiting.map(({ party }) => party).join(' ') });
}

/** Releasing money is done by somebody who neither generated nor signed. */
function release(run: Run, { by }: Of<'notice'>): RunReply {
  const others = [run.generatedBy, ...run.parties.map((party) => party.by)];
  return others.includes(by) ? refuse('CLR-FOUREYES') : { ok: true, run: { ...run, releasedBy: by } };
}

function partyAt(
  run: Run,
  command: { readonly party: PartyCode; readonly revision: number },
): RunParty | RunRefusal {
  const party = run.parties.find((one) => one.party === command.party);
  if (party === undefined) return refuse('CLR-PARTY', { party: command.party });
  if (command.revision === run.revision) return party;
  return refuse('CLR-REVISION', { signed: `${command.revision}`, current: `${run.revision}` });
}

function withParty(run: Run, party: RunParty): Run {
  return { ...run, parties: run.parties.map((one) => (one.party === party.party ? party : one)) };
}
