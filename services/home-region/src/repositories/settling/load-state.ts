import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, PersonClass, Scheme, VisitKind } from '@yijie/codes';
import type { Filing, FilingState } from '@yijie/filing';
import { fen } from '@yijie/money';
import type { Accumulators } from '@yijie/policy';
import { byteaArray, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { InsuredStatus, Member } from '../../core/members/member.ts';
import type { SettledAnswer } from '../../core/settling/answer.ts';
import type { PersonBenefits } from '../../core/settling/benefits.ts';
import {
  type AccountState,
  type AccumulatorState,
  accumulatorKey,
  type InboxOutcome,
  type InboxRecord,
  type LoadedSettlement,
  type LoadedState,
  type WaitingDeadLetter,
} from '../../core/settling/person-state.ts';

/** One command or question, by what it needs to know. */
export interface StateRequest {
  /** Undefined for questions: they have no first answer. */
  readonly commandId?: Uint8Array | undefined;
  readonly commandKey?: string | undefined;
  readonly personToken: string;
  /** What a refund undoes or a reversal asks about. */
  readonly originalId?: Uint8Array | undefined;
  readonly originalKey?: string | undefined;
  /** Benefit year that the visit would belong to, by scheme; undefined where there is no policy. */
  readonly employeeYear?: string | undefined;
  readonly residentYear?: string | undefined;
  /** The year before, of a stay that began in it. */
  readonly employeeYearBefore?: string | undefined;
  readonly residentYearBefore?: string | undefined;
  /** The visit isn't a stay: what the person is qualified for and where, is needed too. */
  readonly needsBenefits?: boolean | undefined;
}

export interface LoadedBatch {
  readonly state: LoadedState;
  /** The stored bytes of what was answered before, by command key. */
  readonly replies: ReadonlyMap<string, Buffer>;
}

/**
 * One read for a whole batch: a row per request, each part found by a primary key or by the end of a chain, so that
 * its cost depends on the batch and not on what is stored.
 */
export async function loadState(
  database: Queryable,
  requests: readonly StateRequest[],
  readSettled: (reply: Buffer) => SettledAnswer | undefined,
): Promise<LoadedBatch> {
  const { rows } = await database.query<StateRow>(loadStatement, [
    byteaArray(requests.map((request) => request.commandId ?? null)),
    textArray(requests.map((request) => request.personToken)),
    byteaArray(requests.map((request) => request.originalId ?? null)),
    textArray(requests.map((request) => request.employeeYear ?? null)),
    textArray(requests.map((request) => request.residentYear ?? null)),
    textArray(requests.map((request) => (request.needsBenefits ? request.personToken : null))),
    textArray(requests.map((request) => request.employeeYearBefore ?? null)),
    textArray(requests.map((request) => request.residentYearBefore ?? null)),
  ]);
  const maps = emptyMaps();
  for (const row of rows) {
    const request = requests[row.position - 1];
    if (request !== undefined) addRow(maps, request, row, readSettled);
  }
  return { state: maps, replies: maps.replies };
}

export const loadStatement: Statement = {
  name: 'home_load_state',
  sql: `
    SELECT c.position::int,
           known.outcome, known.reply,
           first.person_token AS original_person, first.outcome AS original_outcome, first.reply AS original_reply,
           m.home_pool, m.scheme, m.person_class, m.birth_date, m.insured_status, m.insured_from,
           m.contribution_years, m.groups,
           f.filings,
           chain.ordinal AS accumulator_ordinal, chain.values_after AS accumulator_values,
           chain.scheme AS chain_scheme, chain.benefit_year AS chain_year,
           a.ordinal AS account_ordinal, a.own_fen, a.family_fen,
           d.dead_letter_id, d.topic AS dead_topic, d.partition AS dead_partition, d.log_offset AS dead_offset,
           s.home_pool AS settled_home_pool, s.treatment_pool AS settled_treatment_pool,
           s.institution_code AS settled_institution, s.visit_kind AS settled_visit_kind,
           s.scheme AS settled_scheme, s.benefit_year AS settled_year, s.accumulator_delta AS settled_delta,
           s.person_token AS settled_person, s.earlier_year AS settled_earlier_year, s.earlier_delta AS settled_earlier_delta,
           -- Few need what follows. A CASE costs the others nothing, where a join would.
           CASE WHEN s.settlement_id IS NOT NULL THEN (
             SELECT r.settlement_id FROM settlement r WHERE r.original_id = s.settlement_id LIMIT 1) END AS refunded_by,
           CASE WHEN s.settlement_id IS NOT NULL THEN EXISTS (
             SELECT 1 FROM closed_year
              WHERE settlement_year = extract(year FROM to_timestamp(s.settled_at_ms / 1000) AT TIME ZONE 'Asia/Shanghai')::int)
             ELSE false END AS year_closed,
           CASE WHEN s.settlement_id IS NOT NULL THEN (
             SELECT differs FROM correction
              WHERE settlement_id = s.settlement_id AND state IN ('APPROVED', 'CLOSED', 'PAID')
              ORDER BY settlement_id, ordinal DESC LIMIT 1) END AS corrected,
           CASE WHEN s.settlement_id IS NOT NULL THEN (
             SELECT array_agg(n.settlement_id ORDER BY e.ordinal)
               FROM accumulator_entry o
               JOIN accumulator_entry e USING (person_token, scheme, benefit_year)
               JOIN settlement n ON n.settlement_id = e.settlement_id AND n.original_id IS NULL
              WHERE o.person_token = s.person_token AND o.scheme = s.scheme AND o.benefit_year = s.benefit_year
                AND o.settlement_id = s.settlement_id AND e.ordinal > o.ordinal
                AND NOT EXISTS (SELECT 1 FROM settlement r WHERE r.original_id = n.settlement_id)) END AS later,
           CASE WHEN COALESCE(s.earlier_year, c.employee_year_before, c.resident_year_before) IS NOT NULL THEN (
             SELECT json_build_object('ordinal', e.ordinal, 'values', e.values_after, 'scheme', e.scheme,
                                      'benefitYear', e.benefit_year)
               FROM accumulator_entry e
              WHERE e.person_token = c.person_token AND e.scheme = COALESCE(s.scheme, m.scheme)
                AND e.benefit_year = COALESCE(s.earlier_year,
                                              CASE m.scheme WHEN 'employee' THEN c.employee_year_before
                                                            ELSE c.resident_year_before END)
              ORDER BY e.ordinal DESC LIMIT 1) END AS year_before,
           CASE WHEN c.benefits_of IS NOT NULL THEN (
             SELECT json_agg(json_build_object(
                      'qualificationId', v.qualification_id, 'diseaseCode', v.disease_code, 'from', v.valid_from,
                      'until', v.valid_until, 'institutionCodes', v.institution_codes)
                      ORDER BY v.valid_from, v.qualification_id)
               FROM (SELECT DISTINCT ON (qualification_id) * FROM chronic_qualification
                      WHERE person_token = c.benefits_of
                      ORDER BY qualification_id, version DESC) v
              WHERE v.scheme = m.scheme) END AS qualifications,
           CASE WHEN c.benefits_of IS NOT NULL THEN (
             SELECT json_agg(json_build_object('ordinal', p.ordinal, 'from', p.valid_from,
                                               'institutionCodes', p.institution_codes))
               FROM hospital_choice p WHERE p.person_token = c.benefits_of) END AS choices
      FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
           WITH ORDINALITY
           AS c(command_id, person_token, original_id, employee_year, resident_year, benefits_of,
                employee_year_before, resident_year_before, position)
      LEFT JOIN LATERAL (SELECT i.outcome, i.reply FROM inbox i WHERE i.command_id = c.command_id LIMIT 1)
           known ON true
      LEFT JOIN LATERAL (SELECT i.person_token, i.outcome, i.reply FROM inbox i WHERE i.command_id = c.original_id
                          LIMIT 1) first ON true
      LEFT JOIN LATERAL (SELECT * FROM member WHERE member.person_token = c.person_token LIMIT 1) m ON true
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
                 'filingId', v.filing_id, 'type', v.type, 'targetRegion', v.target_region,
                 'from', v.valid_from, 'until', v.valid_until, 'state', v.state, 'effectiveAt', v.effective_at_ms,
                 'proof', v.proof, 'channel', v.channel, 'scheme', v.scheme)) AS filings
          FROM (SELECT DISTINCT ON (filing_id) *
                  FROM filing WHERE person_token = c.person_token AND channel <> 'DEEMED'
                 ORDER BY filing_id, version DESC) v) f ON true
      LEFT JOIN LATERAL (SELECT * FROM settlement WHERE settlement_id = c.original_id LIMIT 1) s ON true
      LEFT JOIN LATERAL (
        SELECT e.ordinal, e.values_after, e.scheme, e.benefit_year FROM accumulator_entry e
         WHERE e.person_token = c.person_token AND e.scheme = COALESCE(s.scheme, m.scheme)
           AND e.benefit_year = COALESCE(s.benefit_year,
                                         CASE m.scheme WHEN 'employee' THEN c.employee_year ELSE c.resident_year END)
         ORDER BY e.ordinal DESC LIMIT 1) chain ON true
      LEFT JOIN LATERAL (SELECT e.ordinal, e.own_fen, e.family_fen FROM account_entry e
                          WHERE e.person_token = c.person_token ORDER BY e.ordinal DESC LIMIT 1) a ON true
      LEFT JOIN LATERAL (
        SELECT w.* FROM (SELECT dead_letter_id, topic, partition, log_offset FROM exchange_dead_letter
                          WHERE key = c.person_token AND state = 'WAITING' AND parks OFFSET 0) w
         ORDER BY w.dead_letter_id LIMIT 1) d ON true`,
};

interface StateRow {
  readonly position: number;
  readonly outcome: InboxOutcome | null;
  readonly reply: Buffer | null;
  readonly original_person: string | null;
  readonly original_outcome: InboxOutcome | null;
  readonly original_reply: Buffer | null;
  readonly home_pool: string | null;
  readonly scheme: Scheme;
  readonly person_class: PersonClass;
  readonly birth_date: LocalDate;
  readonly insured_status: InsuredStatus;
  readonly insured_from: LocalDate;
  readonly contribution_years: number;
  readonly groups: readonly string[];
  readonly filings: readonly FilingJson[] | null;
  readonly accumulator_ordinal: number | null;
  readonly accumulator_values: Accumulators;
  readonly chain_scheme: Scheme;
  readonly chain_year: string;
  readonly settled_earlier_year: string | null;
  readonly settled_earlier_delta: Accumulators;
  readonly account_ordinal: number | null;
  readonly own_fen: number;
  readonly family_fen: number;
  readonly dead_letter_id: number | null;
  readonly dead_topic: string;
  readonly dead_partition: number;
  readonly dead_offset: number;
  readonly settled_person: string | null;
  readonly settled_home_pool: string;
  readonly settled_treatment_pool: string;
  readonly settled_institution: string;
  readonly settled_visit_kind: VisitKind;
  readonly settled_scheme: Scheme;
  readonly settled_year: string;
  readonly settled_delta: Accumulators;
  readonly refunded_by: Buffer | null;
  readonly year_closed: boolean;
  readonly corrected: boolean | null;
  readonly later: readonly Buffer[] | null;
  readonly year_before: {
    readonly ordinal: number;
    readonly values: Accumulators;
    readonly scheme: Scheme;
    readonly benefitYear: string;
  } | null;
  readonly qualifications: readonly QualificationJson[] | null;
  readonly choices: PersonBenefits['choices'] | null;
}

type QualificationJson = Omit<PersonBenefits['qualifications'][number], 'until'> & {
  readonly until: LocalDate | null;
};

interface FilingJson {
  readonly filingId: string;
  readonly type: FilingType;
  readonly targetRegion: string;
  readonly from: LocalDate;
  readonly until: LocalDate | null;
  readonly state: FilingState;
  readonly effectiveAt: number | null;
  readonly proof: Filing['proof'];
  readonly channel: string;
  readonly scheme: Scheme;
}

interface Maps {
  readonly members: Map<string, Member>;
  readonly filings: Map<string, readonly Filing[]>;
  readonly benefits: Map<string, PersonBenefits>;
  readonly accounts: Map<string, AccountState>;
  readonly waiting: Map<string, WaitingDeadLetter>;
  readonly accumulators: Map<string, AccumulatorState>;
  readonly inbox: Map<string, InboxRecord>;
  readonly settlements: Map<string, LoadedSettlement>;
  readonly replies: Map<string, Buffer>;
}

function emptyMaps(): Maps {
  return {
    members: new Map(),
    filings: new Map(),
    benefits: new Map(),
    accounts: new Map(),
    waiting: new Map(),
    accumulators: new Map(),
    inbox: new Map(),
    settlements: new Map(),
    replies: new Map(),
  };
}

function addRow(
  maps: Maps,
  request: StateRequest,
  row: StateRow,
  readSettled: (reply: Buffer) => SettledAnswer | undefined,
): void {
  addPerson(maps, request.personToken, row);
  if (request.needsBenefits) maps.benefits.set(request.personToken, benefitsOf(row));
  if (row.accumulator_ordinal !== null) {
    maps.accumulators.set(accumulatorKey(request.personToken, row.chain_scheme, row.chain_year), {
      ordinal: row.accumulator_ordinal,
      values: row.accumulator_values,
    });
  }
  if (row.year_before !== null) {
    const { scheme, benefitYear, ordinal, values } = row.year_before;
    maps.accumulators.set(accumulatorKey(request.personToken, scheme, benefitYear), { ordinal, values });
  }
  if (row.outcome !== null && row.reply !== null && request.commandKey !== undefined) {
    maps.inbox.set(request.commandKey, { personToken: request.personToken, outcome: row.outcome });
    maps.replies.set(request.commandKey, row.reply);
  }
  if (request.originalKey !== undefined) addOriginal(maps, request.originalKey, row, readSettled);
}

function addPerson(maps: Maps, personToken: string, row: StateRow): void {
  if (row.dead_letter_id !== null) {
    maps.waiting.set(personToken, {
      deadLetterId: row.dead_letter_id,
      topic: row.dead_topic,
      partition: row.dead_partition,
      offset: row.dead_offset,
    });
  }
  if (maps.members.has(personToken) || row.home_pool === null) return;
  maps.members.set(personToken, {
    personToken,
    homePool: row.home_pool,
    scheme: row.scheme,
    personClass: row.person_class,
    birthDate: row.birth_date,
    insuredStatus: row.insured_status,
    insuredFrom: row.insured_from,
    contributionYears: row.contribution_years,
    groups: row.groups,
  });
  maps.filings.set(personToken, filingsOf(row.filings ?? [], row.scheme));
  if (row.account_ordinal !== null) {
    maps.accounts.set(personToken, {
      ordinal: row.account_ordinal,
      ownFen: fen(row.own_fen),
      familyFen: fen(row.family_fen),
    });
  }
}

/** Filings of the person's present scheme: those of a former one cover nothing any more (§1.6, 1). */
function filingsOf(filings: readonly FilingJson[], scheme: Scheme): Filing[] {
  return filings
    .filter((filing) => filing.scheme === scheme)
    .map((filing) => ({
      filingId: filing.filingId,
      type: filing.type,
      targetRegion: filing.targetRegion,
      from: filing.from,
      until: filing.until ?? undefined,
      state: filing.state,
      effectiveAt: filing.effectiveAt === null ? undefined : (filing.effectiveAt as Instant),
      proof: filing.proof,
      channel: filing.channel,
    }));
}

function benefitsOf({ qualifications, choices }: StateRow): PersonBenefits {
  return {
    qualifications: (qualifications ?? []).map((one) => ({ ...one, until: one.until ?? undefined })),
    choices: choices ?? [],
  };
}

function addOriginal(
  maps: Maps,
  originalKey: string,
  row: StateRow,
  readSettled: (reply: Buffer) => SettledAnswer | undefined,
): void {
  if (row.original_outcome === null || row.original_person === null || row.original_reply === null) return;
  const settled = row.original_outcome === 'SETTLED' ? readSettled(row.original_reply) : undefined;
  maps.inbox.set(originalKey, { personToken: row.original_person, outcome: row.original_outcome, settled });
  if (row.settled_person === null || settled === undefined) return;
  maps.settlements.set(originalKey, {
    settlement: {
      personToken: row.settled_person,
      homePool: row.settled_home_pool,
      treatmentPool: row.settled_treatment_pool,
      institutionCode: row.settled_institution,
      visitKind: row.settled_visit_kind,
      benefitYear: row.settled_year,
      accumulatorDelta: row.settled_delta,
      earlierYear:
        row.settled_earlier_year === null
          ? undefined
          : { benefitYear: row.settled_earlier_year, accumulatorDelta: row.settled_earlier_delta },
      answer: settled,
    },
    refundedBy: row.refunded_by ?? undefined,
    later: row.later ?? [],
    yearClosed: row.year_closed,
    corrected: row.corrected ?? false,
  });
}
