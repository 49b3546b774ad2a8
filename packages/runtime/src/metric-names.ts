/**
 * Every metric of the product: services, alert rules and dashboards use these names and no others (a test walks
 * deploy/). Times are seconds, as Prometheus has it. Labels are few and bounded: never an institution, a person or an
 * id (an institution's own figures come from the database).
 */

export interface MetricSpec<Labels extends readonly string[] = readonly string[]> {
  readonly name: `yijie_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: Labels;
  readonly help: string;
  /** Upper bounds of a histogram, rising. */
  readonly buckets?: readonly number[];
}

/** From a quote on an idle system to the client's deadline; 3 and 8 are the aims of the flow (p95, p99). */
const flowSeconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30];
const flushSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const batchSizes = [1, 2, 5, 10, 25, 50, 75, 100, 150, 250, 500, 1000];

export const metric = {
  // The flow, as the treatment site sees it
  settlements: {
    name: 'yijie_settlements_total',
    type: 'counter',
    labels: ['outcome', 'home_province'],
    help: 'Answers to Settle by outcome (SETTLED, REFUSED, PENDING); repeated answers are not counted again.',
  },
  refunds: {
    name: 'yijie_refunds_total',
    type: 'counter',
    labels: ['outcome', 'home_province'],
    help: 'Answers to Refund by outcome.',
  },
  reversals: {
    name: 'yijie_reversals_total',
    type: 'counter',
    labels: ['result', 'home_province'],
    help: 'Answers to Reverse by result (ROLLED_BACK, NOTHING_TO_UNDO, REFUSED, PENDING).',
  },
  chargeLines: {
    name: 'yijie_charge_lines_total',
    type: 'counter',
    labels: [],
    help: 'Charge lines converted and stored.',
  },
  settleSeconds: {
    name: 'yijie_settle_seconds',
    type: 'histogram',
    labels: ['home_province'],
    help: 'Time from the arrival of Settle to its answer.',
    buckets: flowSeconds,
  },
  quoteSeconds: {
    name: 'yijie_quote_seconds',
    type: 'histogram',
    labels: ['home_province'],
    help: 'Time from the arrival of PreSettle to its answer.',
    buckets: flowSeconds,
  },
  refusals: {
    name: 'yijie_refusals_total',
    type: 'counter',
    labels: ['code'],
    help: 'Refusals given to callers, by code of docs/errors.md: outcomes REFUSED and typed gRPC errors.',
  },
  homeUnreachable: {
    name: 'yijie_home_unreachable_total',
    type: 'counter',
    labels: ['home_province'],
    help: 'Questions and commands that a home province did not answer in time.',
  },
  unfinished: {
    name: 'yijie_unfinished',
    type: 'gauge',
    labels: ['home_province'],
    help: 'Accepted commands without a final answer.',
  },
  oldestUnfinishedSeconds: {
    name: 'yijie_oldest_unfinished_seconds',
    type: 'gauge',
    labels: ['home_province'],
    help: 'Age of the oldest accepted command without a final answer; 0 when there is none.',
  },
  unmappedItems: {
    name: 'yijie_unmapped_items',
    type: 'gauge',
    labels: [],
    help: 'Local items met in bills that have no national code yet.',
  },

  // Between the regions
  outboxRows: {
    name: 'yijie_outbox_rows',
    type: 'gauge',
    labels: [],
    help: 'Outbox rows not published yet.',
  },
  outboxRowsLimit: {
    name: 'yijie_outbox_rows_limit',
    type: 'gauge',
    labels: [],
    help: 'Outbox rows from which new settlements are refused (OUT-FULL).',
  },
  outboxOldestSeconds: {
    name: 'yijie_outbox_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest outbox row not published yet; 0 when there is none.',
  },
  consumerLag: {
    name: 'yijie_consumer_lag',
    type: 'gauge',
    labels: ['topic'],
    help: 'Records of the topic not yet handled, over the partitions this process owns.',
  },
  consumerStuckSeconds: {
    name: 'yijie_consumer_stuck_seconds',
    type: 'gauge',
    labels: ['topic'],
    help: 'Time since the last progress while records wait; 0 when none wait.',
  },
  deadLetters: {
    name: 'yijie_dead_letters',
    type: 'gauge',
    labels: [],
    help: 'Dead letters that wait for a decision.',
  },
  deadLettersWritten: {
    name: 'yijie_dead_letters_total',
    type: 'counter',
    labels: ['topic', 'code'],
    help: 'Messages that became dead letters, by reason code.',
  },
  parkedPersons: {
    name: 'yijie_parked_persons',
    type: 'gauge',
    labels: [],
    help: 'Persons whose later commands wait behind a dead letter.',
  },
  parkedOldestSeconds: {
    name: 'yijie_parked_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest parked command; 0 when there is none.',
  },
  clockSkewSeconds: {
    name: 'yijie_clock_skew_seconds',
    type: 'gauge',
    labels: ['source'],
    help: 'This clock minus the other one (bus, database, region), signed.',
  },

  // The home region
  filingPendingOldestSeconds: {
    name: 'yijie_filing_pending_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest filing that waits for a decision; 0 when there is none.',
  },
  filingsOverdue: {
    name: 'yijie_filings_overdue',
    type: 'gauge',
    labels: [],
    help: 'Filings that have waited longer than one working day (counted by the calendar of the home region).',
  },
  reimbursementsOverdue: {
    name: 'yijie_reimbursements_overdue',
    type: 'gauge',
    labels: [],
    help: 'Claims for manual reimbursement whose decision is due since yesterday or longer, by working days.',
  },
  filingTimerEvents: {
    name: 'yijie_filing_timer_events_total',
    type: 'counter',
    labels: ['event'],
    help: 'Filings that a timer started, ended or cancelled, by event.',
  },
  commitmentsDue: {
    name: 'yijie_commitments_due',
    type: 'gauge',
    labels: ['within_days'],
    help: 'Commitment filings whose proof is missing and due within so many days (30, 7).',
  },

  // Clearing: facts, matching, the exception list
  facts: {
    name: 'yijie_facts_total',
    type: 'counter',
    labels: ['result'],
    help: 'Facts read, by what became of them: taken, repeated, replaced, refused; and settlements they made matched or different.',
  },
  rowsCleared: {
    name: 'yijie_rows_cleared_total',
    type: 'counter',
    labels: [],
    help: 'Settlements and refunds that entered their runs.',
  },
  openRows: {
    name: 'yijie_open_rows',
    type: 'gauge',
    labels: ['state'],
    help: 'Settlements and refunds in no run, by match (ONE_SIDED, DIFFERENT, MATCHED).',
  },
  unmatchedOldestSeconds: {
    name: 'yijie_unmatched_oldest_seconds',
    type: 'gauge',
    labels: [],
    help: 'Time since the first fact of the oldest settlement that does not match; 0 when all do.',
  },
  reconcileDifferences: {
    name: 'yijie_reconcile_differences',
    type: 'gauge',
    labels: [],
    help: 'Settlements of days before today that do not match: one side alone, or both and different.',
  },
  reconcileRows: {
    name: 'yijie_reconcile_rows',
    type: 'gauge',
    labels: ['result'],
    help: 'Settlements of yesterday that any side has told of: known, and of these matched (match rate at T+1).',
  },
  unconfirmedRows: {
    name: 'yijie_unconfirmed_rows',
    type: 'gauge',
    labels: [],
    help: 'Matched settlements of last month and before that their hospitals have not confirmed.',
  },
  confirmDaysLeft: {
    name: 'yijie_confirm_days_left',
    type: 'gauge',
    labels: [],
    help: "Days until last month's confirmation ends (day 20 by default); 0 on that day, negative after it.",
  },
  partiesUnsigned: {
    name: 'yijie_run_parties_unsigned',
    type: 'gauge',
    labels: ['owner'],
    help: 'Parties of generated runs that have neither signed nor been decided for, by run owner.',
  },
  signDaysLeft: {
    name: 'yijie_sign_days_left',
    type: 'gauge',
    labels: ['owner'],
    help: 'Days until the parties of the oldest run must have signed (day 25 by default); negative after it, 99 without one.',
  },
  noticesDue: {
    name: 'yijie_notices_due',
    type: 'gauge',
    labels: ['within_days'],
    help: 'Payment notices not paid in full and due within so many working days (3, 0), overdue ones left out.',
  },
  noticesOverdue: {
    name: 'yijie_notices_overdue',
    type: 'gauge',
    labels: ['level'],
    help: 'Payment notices not paid in full after their due date, by level (REMIND, WARN, PUBLISH).',
  },
  bankLinesOpen: {
    name: 'yijie_bank_lines_open',
    type: 'gauge',
    labels: ['code'],
    help: 'Lines of bank statements that a person has to assign, by code.',
  },
  carriedRows: {
    name: 'yijie_carried_rows',
    type: 'gauge',
    labels: ['months_late'],
    help: 'Rows in no run by the months since their own (1, 2, more); those of this month are not late.',
  },

  // Machinery
  flushBatchSize: {
    name: 'yijie_flush_batch_size',
    type: 'histogram',
    labels: ['stage'],
    help: 'Entries written by one flush of a stage.',
    buckets: batchSizes,
  },
  flushSeconds: {
    name: 'yijie_flush_seconds',
    type: 'histogram',
    labels: ['stage'],
    help: 'Duration of one flush of a stage.',
    buckets: flushSeconds,
  },
  auditUnsealedSeconds: {
    name: 'yijie_audit_unsealed_seconds',
    type: 'gauge',
    labels: [],
    help: 'Age of the oldest audit row that is not sealed yet; 0 when there is none.',
  },
  invariantBroken: {
    name: 'yijie_invariant_broken_total',
    type: 'counter',
    labels: ['invariant'],
    help: 'Commands stopped because something that is always true was not (docs: trust invariants).',
  },
  cacheAvailable: {
    name: 'yijie_cache_available',
    type: 'gauge',
    labels: [],
    help: '1 when Redis answers, 0 when the service runs on its own lower limits.',
  },
  certificateExpirySeconds: {
    name: 'yijie_certificate_expiry_seconds',
    type: 'gauge',
    labels: ['certificate'],
    help: 'Time until the certificate ends, by use (server, client, authority, signing).',
  },
  grpcCalls: {
    name: 'yijie_grpc_calls_total',
    type: 'counter',
    labels: ['rpc', 'code'],
    help: 'Calls answered, by RPC and gRPC status; a request on a stream counts as a call.',
  },
  grpcSeconds: {
    name: 'yijie_grpc_seconds',
    type: 'histogram',
    labels: ['rpc'],
    help: 'Time from the arrival of a request to its answer.',
    buckets: flowSeconds,
  },
  grpcInFlight: {
    name: 'yijie_grpc_in_flight',
    type: 'gauge',
    labels: [],
    help: 'Requests being answered now.',
  },
  grpcInFlightLimit: {
    name: 'yijie_grpc_in_flight_limit',
    type: 'gauge',
    labels: [],
    help: 'Requests from which new ones are turned away (SYS-UNAVAILABLE).',
  },
  ready: {
    name: 'yijie_ready',
    type: 'gauge',
    labels: ['check'],
    help: '1 when the check passed last, 0 when it failed.',
  },
  logFieldsDropped: {
    name: 'yijie_log_fields_dropped_total',
    type: 'counter',
    labels: ['field'],
    help: 'Log fields left out because their name is not on the list of loggable fields.',
  },
} as const satisfies Record<string, MetricSpec>;
