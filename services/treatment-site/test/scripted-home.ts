import type { Bus, Subscription } from '@yijie/bus';
import { Command, Question, Reply, type Settled } from '@yijie/contracts/exchange';
import {
  type Incoming,
  openRecord,
  quoteTopic,
  requestTopic,
  resultTopic,
  sealRecords,
} from '@yijie/exchange';
import { NO_SHARES, negateShares, type Shares } from '@yijie/money';
import { createRecordSigner, createRecordVerifier, type KeyRing, type SigningKey } from '@yijie/security';

type ReplyResult = NonNullable<Reply['result']>;

/** What the script says to a command: an answer, or silence. */
export type CommandScript = (command: Command) => ReplyResult | undefined;
export type QuestionScript = (question: Question) => ReplyResult | undefined;

/**
 * A home region that reads and answers real signed messages on a real bus, with an inbox of first answers, and whose
 * decisions a test scripts.
 */
export class ScriptedHome {
  /** Every command read, repeats included. */
  readonly commands: Command[] = [];
  readonly questions: Question[] = [];
  onCommand: CommandScript = (command) => this.settleOrRefund(command);
  onQuestion: QuestionScript = (question) => this.quote(question);
  /** Changes the bytes of an answer before they are sent. */
  mangle: (reply: Reply) => Reply = (reply) => reply;
  /** Signs answers; another region's key makes a forgery. */
  signing: SigningKey;
  private readonly inbox = new Map<string, ReplyResult>();
  private readonly bus: Bus;
  private readonly prefix: string;
  private readonly verifier;
  private subscription: Subscription | undefined;

  constructor(options: { bus: Bus; prefix: string; signing: SigningKey; regions: KeyRing }) {
    this.bus = options.bus;
    this.prefix = options.prefix;
    this.signing = options.signing;
    this.verifier = createRecordVerifier(options.regions);
  }

  async start(homePool: string, partitions: number): Promise<void> {
    const requests = requestTopic(homePool, this.prefix);
    const quotes = quoteTopic(homePool, this.prefix);
    await this.bus.ensureTopics([
      { name: requests, partitions },
      { name: quotes, partitions },
    ]);
    this.subscription = await this.bus.subscribe({
      topics: [requests, quotes],
      groupId: `${this.prefix}scripted-home`,
      startOffset: async () => undefined,
      onBatch: async ({ topic, partition, records }) => {
        for (const record of records) {
          const opened = openRecord(this.verifier, topic, partition, record);
          if (!opened.ok) throw new Error(`${opened.dead.reasonCode}: ${opened.dead.reason}`);
          await (topic === requests ? this.takeCommand(opened.message) : this.takeQuestion(opened.message));
        }
      },
    });
  }

  async close(): Promise<void> {
    await this.subscription?.close();
  }

  /** Answers a command by hand, as the inbox would, whether or not it was read. */
  async answer(command: Command, result: ReplyResult): Promise<void> {
    this.inbox.set(keyOf(command.commandId), result);
    await this.send(command.treatmentPool, command.replyPartition, command.personToken, {
      answers: command.commandId,
      result,
    });
  }

  async send(treatmentPool: string, partition: number, key: string, reply: Reply): Promise<void> {
    const topic = resultTopic(treatmentPool, this.prefix);
    const payload = Reply.encode(this.mangle(reply)).finish();
    const signer = createRecordSigner(this.signing);
    await this.bus.publish(
      topic,
      sealRecords(signer, [
        {
          topic,
          key,
          partition: partition < 0 ? null : partition,
          kind: 'reply',
          payload,
          traceParent: null,
        },
      ]),
    );
  }

  /** Seven tenths of a settlement by the pool fund, the rest cash; refunds negate; reversals look into the inbox. */
  settleOrRefund(command: Command): ReplyResult | undefined {
    switch (command.body?.$case) {
      case 'settle':
        return { $case: 'settled', settled: settled(command.commandId, command.body.settle.totalFen) };
      case 'refund': {
        const original = this.inbox.get(keyOf(command.body.refund.settlementId));
        if (original?.$case !== 'settled') {
          return { $case: 'refused', refused: { code: 'STL-NOTFOUND', values: {}, quote: undefined } };
        }
        return {
          $case: 'settled',
          settled: {
            ...original.settled,
            settlementId: command.commandId,
            refundedSettlementId: original.settled.settlementId,
            totalFen: -original.settled.totalFen,
            shares: negateShares(original.settled.shares as Shares),
          },
        };
      }
      case 'reverse': {
        const { originalCommandId } = command.body.reverse;
        const first = this.inbox.get(keyOf(originalCommandId));
        if (first === undefined) {
          this.inbox.set(keyOf(originalCommandId), { $case: 'rolledBack', rolledBack: {} });
        }
        const result =
          first === undefined || first.$case === 'rolledBack' ? 1 : first.$case === 'settled' ? 3 : 2;
        return {
          $case: 'reversed',
          reversed: {
            result,
            originalCommandId,
            settled: first?.$case === 'settled' ? first.settled : undefined,
          },
        };
      }
      default:
        return undefined;
    }
  }

  quote(question: Question): ReplyResult | undefined {
    switch (question.body?.$case) {
      case 'preSettle':
        return {
          $case: 'quoted',
          quoted: settled(Buffer.alloc(0), question.body.preSettle.settle?.totalFen ?? 0),
        };
      case 'explain':
        return {
          $case: 'explained',
          explained: {
            steps: [
              {
                rule: 'deductible',
                source: 'scripted',
                sentenceZh: '起付标准',
                sentenceEn: 'deductible',
                formula: '0',
                resultFen: 0,
              },
            ],
          },
        };
      case 'checkBenefit':
        return {
          $case: 'benefitChecked',
          benefitChecked: { route: 1, ratioClass: 1, code: 'OK', values: {}, filing: undefined },
        };
      default:
        return undefined;
    }
  }

  private async takeCommand(message: Incoming): Promise<void> {
    const command = Command.decode(message.payload as Buffer);
    this.commands.push(command);
    const key = keyOf(command.commandId);
    const result = this.inbox.get(key) ?? this.onCommand(command);
    if (result === undefined) return;
    this.inbox.set(key, result);
    await this.send(command.treatmentPool, command.replyPartition, command.personToken, {
      answers: command.commandId,
      result,
    });
  }

  private async takeQuestion(message: Incoming): Promise<void> {
    const question = Question.decode(message.payload as Buffer);
    this.questions.push(question);
    const result = this.onQuestion(question);
    if (result === undefined) return;
    await this.send(question.treatmentPool, question.replyPartition, 'question', {
      answers: question.questionId,
      result,
    });
  }
}

export function settled(settlementId: Buffer, totalFen: number): Settled {
  const fund = Math.floor((totalFen * 7) / 10);
  return {
    settlementId,
    refundedSettlementId: Buffer.alloc(0),
    totalFen,
    shares: { ...NO_SHARES, poolFundFen: fund, personalCashFen: totalFen - fund },
    layers: [{ layer: 'basic', baseFen: totalFen, paidFen: fund, carriedFen: 0, ratioBp: 7_000 }],
    deductiblePaidFen: 0,
    scheme: 1,
    personClass: 1,
    ratioClass: 1,
    eligibilityCode: 'OK',
    filingType: 4,
    policyVersion: 'scripted@1',
    settledAtMs: 1_750_000_000_000,
    accountBalanceAfterFen: 0,
    yearDeductibleUsedFen: 0,
    yearPoolUsedFen: fund,
    quoteHash: Buffer.alloc(16, 7),
    notes: [],
    recalculationSuggested: [],
  };
}

function keyOf(id: Buffer): string {
  return id.toString('latin1');
}
