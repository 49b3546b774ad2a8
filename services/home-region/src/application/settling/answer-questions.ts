import type { Bus } from '@yijie/bus';
import { type IntakeBatch, type Outgoing, resultTopic, sealRecords } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import type { RecordSigner } from '@yijie/security';
import { refused } from '../../core/settling/answer.ts';
import { BatchState } from '../../core/settling/batch-state.ts';
import { personView } from '../../core/settling/decide-commands.ts';
import { eligibilityOf, servicesDay, settlementDay } from '../../core/settling/eligibility.ts';
import type {
  BenefitQuestion,
  DiagnoseQuestion,
  ExplainQuestion,
  PreSettleQuestion,
  Question,
} from '../../core/settling/question.ts';
import { decideSettlement, type HomeRules } from '../../core/settling/settle.ts';
import { loadState } from '../../repositories/settling/load-state.ts';
import type { RefusalRow } from '../../repositories/settling/refusals.ts';
import { type SettlementInput, settlementInputs } from '../../repositories/settling/settlement-inputs.ts';
import { readQuestion } from '../../wire/read-question.ts';
import { readSettled, writeReply } from '../../wire/write-answer.ts';
import { type QuestionAnswer, questionResult } from '../../wire/write-question-answer.ts';
import type { PersonVerifier } from '../members/verify-persons.ts';
import { diagnoseQuestions } from './diagnose-questions.ts';
import { asksForBenefits, benefitYears } from './state-request.ts';

export interface QuestionAnswererParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly signer: RecordSigner;
  readonly rules: HomeRules;
  readonly persons: PersonVerifier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly topicPrefix: string;
  /** Failing answers, to be kept afterwards. */
  onRefusals(rows: readonly RefusalRow[]): void;
}

/**
 * Answers a batch of the quote topic. Nothing is written: answers go straight to the bus, and whoever gets none asks
 * again or gives up at the time it named.
 */
export async function answerQuestions(parts: QuestionAnswererParts, batch: IntakeBatch): Promise<void> {
  const questions = readQuestions(parts, batch);
  if (questions.length === 0) return;
  const answers = await answersTo(parts, questions);
  await publish(parts, answers);
  const refusals = answers.flatMap(({ question, answer }) => refusalRow(question, answer));
  for (const { code } of refusals) parts.metrics.counter(metric.refusals).labels(code).inc();
  if (refusals.length > 0) parts.onRefusals(refusals);
}

interface Answered {
  readonly question: Question;
  readonly answer: QuestionAnswer;
}

/** What can't be read, or what nobody waits for any more, is dropped. */
function readQuestions(parts: QuestionAnswererParts, batch: IntakeBatch): Question[] {
  const nowMs = parts.clock.now();
  for (const { reasonCode, topic } of batch.dead) drop(parts, reasonCode, topic);
  return batch.messages.flatMap((message) => {
    const read = readQuestion(message);
    if (!read.ok) {
      drop(parts, read.reasonCode, message.topic);
      return [];
    }
    return nowMs > read.question.expiresAtMs ? [] : [read.question];
  });
}

function drop(parts: QuestionAnswererParts, reasonCode: string, topic: string): void {
  parts.logger.warn('question.dropped', { reasonCode, topic });
}

async function answersTo(parts: QuestionAnswererParts, questions: readonly Question[]): Promise<Answered[]> {
  const verify = questions.filter((question) => question.kind === 'verify-person');
  const explain = questions.filter((question) => question.kind === 'explain');
  const ofPersons = questions.filter(
    (question) => question.kind === 'pre-settle' || question.kind === 'check-benefit',
  );
  const diagnose = questions.filter((question) => question.kind === 'diagnose');
  const [verified, explained, decided, diagnosed] = await Promise.all([
    verify.length === 0 ? [] : parts.persons.verify(verify),
    explain.length === 0 ? [] : explanations(parts, explain),
    ofPersons.length === 0 ? [] : decisions(parts, ofPersons),
    diagnose.length === 0 ? [] : diagnoses(parts, diagnose),
  ]);
  return [...verified, ...explained, ...decided, ...diagnosed];
}

async function diagnoses(
  parts: QuestionAnswererParts,
  questions: readonly DiagnoseQuestion[],
): Promise<Answered[]> {
  const answers = await diagnoseQuestions(parts, questions, (decideOne) => guarded(parts, decideOne));
  return questions.map((question, index) => ({ question, answer: answers[index] as QuestionAnswer }));
}

async function decisions(
  parts: QuestionAnswererParts,
  questions: readonly (PreSettleQuestion | BenefitQuestion)[],
): Promise<Answered[]> {
  const { database, rules } = parts;
  const { state } = await loadState(
    database,
    questions.map((question) => ({
      personToken: question.personToken,
      needsBenefits: asksForBenefits(question.kind === 'pre-settle' ? question.bill.visit : question.visit),
      ...(question.kind === 'pre-settle'
        ? benefitYears(rules.policies, question.homePool, question.bill, question.settledAtMs)
        : {}),
    })),
    readSettled,
  );
  const view = new BatchState(state);
  return questions.map((question) => ({
    question,
    answer: guarded(parts, () => decide(rules, view, question)),
  }));
}

/** A question the core can't decide (a broken invariant) fails alone; a command like it becomes a dead letter. */
function guarded(parts: QuestionAnswererParts, decideOne: () => QuestionAnswer): QuestionAnswer {
  try {
    return decideOne();
  } catch (cause) {
    parts.logger.error('question.failed', { cause: cause as Error });
    parts.metrics.counter(metric.invariantBroken).labels('core').inc();
    return refused('SYS-INTERNAL');
  }
}

function decide(
  rules: HomeRules,
  state: BatchState,
  question: PreSettleQuestion | BenefitQuestion,
): QuestionAnswer {
  return question.kind === 'pre-settle'
    ? preSettle(rules, state, question)
    : checkBenefit(rules, state, question);
}

/** The same decision as a settlement; what it would store is thrown away. */
function preSettle(rules: HomeRules, state: BatchState, question: PreSettleQuestion): QuestionAnswer {
  const decision = decideSettlement(rules, personView(state, question.personToken), {
    ...question,
    settlementId: new Uint8Array(0),
  });
  return decision.ok ? { kind: 'quoted', quote: decision.added.settlement.answer } : decision.refusal;
}

function checkBenefit(rules: HomeRules, state: BatchState, question: BenefitQuestion): QuestionAnswer {
  const { personToken, homePool, treatmentPool, visit } = question;
  const member = state.member(personToken);
  if (member === undefined || member.homePool !== homePool) return refused('CRD-TOKEN', { homePool });
  const filings = state.filings(personToken);
  const today = settlementDay(question.askedAtMs);
  const decision = eligibilityOf({
    member,
    filings,
    benefits: state.benefits(personToken),
    services: rules.services(homePool, servicesDay(visit, today)),
    treatmentPool,
    institutionCode: question.institutionCode,
    visit,
    atMs: question.askedAtMs,
  });
  return {
    kind: 'benefit',
    decision,
    filing: filings.find((filing) => filing.filingId === decision.filingId),
  };
}

async function explanations(
  parts: QuestionAnswererParts,
  questions: readonly ExplainQuestion[],
): Promise<Answered[]> {
  const inputs = await settlementInputs(
    parts.database,
    questions.map((question) => question.settlementId),
  );
  return questions.map((question, index) => ({
    question,
    answer: guarded(parts, () => explainOne(parts.rules, question, inputs[index])),
  }));
}

/** Another institution's settlement looks like none at all. */
function explainOne(
  rules: HomeRules,
  question: ExplainQuestion,
  input: SettlementInput | undefined,
): QuestionAnswer {
  if (
    input === undefined ||
    input.institutionCode !== question.institutionCode ||
    input.treatmentPool !== question.treatmentPool
  )
    return refused('STL-NOTFOUND');
  const policy = rules.policies.byVersion(input.policyVersion);
  if (policy === undefined) return refused('POL-NONE', { homePool: question.homePool });
  return { kind: 'explained', steps: policy.explain(input.policyInput) };
}

async function publish(parts: QuestionAnswererParts, answers: readonly Answered[]): Promise<void> {
  const byTopic = new Map<string, Outgoing[]>();
  for (const { question, answer } of answers) {
    const topic = resultTopic(question.treatmentPool, parts.topicPrefix);
    const payload = writeReply(question.id, questionResult(answer));
    const key = Buffer.from(question.id).toString('hex');
    const outgoing: Outgoing = {
      topic,
      key,
      partition: question.replyPartition,
      kind: 'reply',
      payload,
      traceParent: question.traceParent,
    };
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), outgoing]);
  }
  await Promise.all(
    [...byTopic].map(([topic, messages]) => parts.bus.publish(topic, sealRecords(parts.signer, messages))),
  );
}

function refusalRow(question: Question, answer: QuestionAnswer): RefusalRow[] {
  const failing =
    answer.kind === 'refused'
      ? answer
      : answer.kind === 'benefit' && answer.decision.route !== 'DIRECT'
        ? answer.decision
        : undefined;
  if (failing === undefined) return [];
  const personToken = 'personToken' in question ? question.personToken : null;
  return [{ questionId: question.id, personToken, code: failing.code, values: failing.values }];
}
