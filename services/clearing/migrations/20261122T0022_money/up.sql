-- How far the books of an owner's period are: OPEN takes what a run books, BOOKED payments alone, CLOSED nothing.
CREATE TABLE ledger_period (
  owner  text NOT NULL,
  -- YYYYMM, or YYYY of the year-end and of the advance fund.
  period text NOT NULL,
  state  text NOT NULL CHECK (state IN ('OPEN', 'BOOKED', 'CLOSED')),
  PRIMARY KEY (owner, period)
);

-- Entries that belong together. They sum to 0 in the books of each party, per pair, scheme and fund.
CREATE TABLE ledger_set (
  set_id       bigserial PRIMARY KEY,
  owner        text   NOT NULL,
  period       text   NOT NULL,
  kind         text   NOT NULL CHECK (kind IN ('CLEARING', 'DEDUCTION', 'PAYMENT', 'ADVANCE', 'YEAR_END')),
  -- What was booked: a run with its revision, a notice line with its bank serial.
  reference    text   NOT NULL,
  booked_by    text   NOT NULL,
  booked_at_ms bigint NOT NULL,
  made_in      xid8   NOT NULL DEFAULT pg_current_xact_id(),
  FOREIGN KEY (owner, period) REFERENCES ledger_period,
  -- Nothing is booked twice.
  UNIQUE (owner, period, kind, reference)
);

CREATE TABLE ledger_entry (
  set_id     bigint   NOT NULL REFERENCES ledger_set,
  line       int      NOT NULL,
  party      text     NOT NULL,
  account    text     NOT NULL CHECK (account IN ('RECEIVABLE', 'PAYABLE', 'COST', 'DEDUCTION', 'CASH', 'HUB', 'ADVANCE')),
  payer      text     NOT NULL,
  payee      text     NOT NULL,
  scheme     text     NOT NULL CHECK (scheme IN ('employee', 'resident')),
  -- NULL where money is of a scheme as a whole: the advance fund, the year-end.
  fund       text,
  -- Debit is positive, credit negative.
  amount_fen bigint   NOT NULL CHECK (amount_fen <> 0),
  PRIMARY KEY (set_id, line)
);
CREATE INDEX ledger_entry_pair ON ledger_entry (payer, payee);

-- A set is balanced when its transaction commits, whatever wrote it.
CREATE FUNCTION ledger_set_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT party, payer, payee, scheme, fund, sum(amount_fen) AS off INTO wrong FROM ledger_entry
   WHERE set_id = NEW.set_id GROUP BY party, payer, payee, scheme, fund HAVING sum(amount_fen) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger set % is off by % in the books of % on %→% % %', NEW.set_id, wrong.off, wrong.party, wrong.payer,
      wrong.payee, wrong.scheme, coalesce(wrong.fund, '-') USING ERRCODE = '23514', CONSTRAINT = 'ledger_set_balanced';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_set_balanced AFTER INSERT ON ledger_set DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger_set_balanced();

-- Entries are only added to a set that the same transaction made: a set that was balanced stays so.
CREATE FUNCTION ledger_entry_of_own_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT set_id FROM added) a JOIN ledger_set s USING (set_id)
              WHERE s.made_in <> pg_current_xact_id()) THEN
    RAISE EXCEPTION 'a ledger set is complete once its transaction ends'
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_of_own_set';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_of_own_set AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_of_own_set();

CREATE FUNCTION ledger_period_takes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text;
BEGIN
  SELECT state INTO stands FROM ledger_period WHERE owner = NEW.owner AND period = NEW.period FOR SHARE;
  IF stands = 'CLOSED' OR (stands = 'BOOKED' AND NEW.kind IN ('CLEARING', 'DEDUCTION', 'YEAR_END')) THEN
    RAISE EXCEPTION 'the books of % % are % and take no %', NEW.owner, NEW.period, stands, NEW.kind
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_period_locked';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_period_takes BEFORE INSERT ON ledger_set
  FOR EACH ROW EXECUTE FUNCTION ledger_period_takes();

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23514', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER ledger_set_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_set
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

-- Receipt and payment notices (attachments 7 and 8), each line with its twin.
CREATE TABLE notice (
  notice_no      text   PRIMARY KEY,
  run_owner      text   NOT NULL,
  level          text   NOT NULL CHECK (level IN ('NATIONAL', 'PROVINCIAL')),
  party          text   NOT NULL,
  direction      text   NOT NULL CHECK (direction IN ('PAY', 'RCV')),
  category       text   NOT NULL CHECK (category IN ('ADV_ADJUST', 'ADV_URGENT', 'MONTHLY', 'YEAR_END')),
  period         text   NOT NULL,
  revision       int    NOT NULL,
  -- What people did with it; how far it is paid, its lines say.
  step           text   NOT NULL CHECK (step IN ('ISSUED', 'SUBMITTED', 'VOID')),
  issued_on      date   NOT NULL,
  due_on         date   NOT NULL,
  total_fen      bigint NOT NULL CHECK (total_fen > 0),
  basis_table    text   NOT NULL,
  basis_revision int    NOT NULL,
  basis_hash     text   NOT NULL,
  issued_by      text   NOT NULL,
  issued_at_ms   bigint NOT NULL,
  stepped_by     text,
  stepped_at_ms  bigint,
  void_reason    text,
  UNIQUE (run_owner, party, direction, category, period, revision)
);
CREATE INDEX notice_period ON notice (run_owner, period, category);

CREATE TABLE notice_line (
  notice_no      text   NOT NULL REFERENCES notice,
  line_no        int    NOT NULL,
  counterparty   text   NOT NULL,
  kind           text   NOT NULL CHECK (kind IN ('NORMAL', 'RETURN')),
  scheme         text,
  employee_fen   bigint NOT NULL,
  resident_fen   bigint NOT NULL,
  amount_fen     bigint NOT NULL CHECK (amount_fen > 0 AND amount_fen = employee_fen + resident_fen),
  twin_notice_no text   NOT NULL REFERENCES notice DEFERRABLE INITIALLY DEFERRED,
  twin_line_no   int    NOT NULL,
  -- Of a payment notice: what the line settles per pair, scheme and fund, for the ledger.
  components     json,
  -- Of a payment notice: what banks have paid; never more than the line.
  paid_fen       bigint NOT NULL DEFAULT 0 CHECK (paid_fen BETWEEN 0 AND amount_fen),
  -- Of a payment notice: the payee has the money.
  confirmed_by   text,
  confirmed_at_ms bigint,
  PRIMARY KEY (notice_no, line_no),
  CONSTRAINT notice_line_confirmed CHECK (confirmed_by IS NULL OR paid_fen = amount_fen)
);
CREATE INDEX notice_line_twin ON notice_line (twin_notice_no, twin_line_no);

-- Transfers as banks made them. A bank's serial number stands once for each payer.
CREATE TABLE payment (
  payment_id     bigserial PRIMARY KEY,
  notice_no      text   NOT NULL,
  line_no        int    NOT NULL,
  party          text   NOT NULL,
  bank_name      text   NOT NULL,
  bank_serial    text   NOT NULL,
  trade_date     date   NOT NULL,
  paid_fen       bigint NOT NULL CHECK (paid_fen > 0),
  recorded_by    text   NOT NULL,
  recorded_at_ms bigint NOT NULL,
  FOREIGN KEY (notice_no, line_no) REFERENCES notice_line,
  UNIQUE (party, bank_serial)
);
CREATE INDEX payment_line ON payment (notice_no, line_no);

-- Every line of an imported bank statement: booked as a payment, or kept with its code until a person says what it is.
CREATE TABLE bank_line (
  bank_line_id   bigserial PRIMARY KEY,
  party          text   NOT NULL,
  bank_name      text   NOT NULL,
  bank_serial    text   NOT NULL,
  trade_date     date   NOT NULL,
  amount_fen     bigint NOT NULL,
  counterparty   text   NOT NULL,
  remark         text   NOT NULL,
  state          text   NOT NULL CHECK (state IN ('BOOKED', 'OPEN', 'SET_ASIDE')),
  -- Of an open one: why nobody could say what it pays.
  code           text,
  candidates     text[] NOT NULL DEFAULT '{}',
  notice_no      text,
  line_no        int,
  imported_by    text   NOT NULL,
  imported_at_ms bigint NOT NULL,
  resolved_by    text,
  resolved_reason text,
  UNIQUE (party, bank_serial),
  CONSTRAINT bank_line_booked CHECK ((state = 'BOOKED') = (notice_no IS NOT NULL)),
  CONSTRAINT bank_line_open CHECK (state <> 'OPEN' OR code IS NOT NULL)
);
CREATE INDEX bank_line_open ON bank_line (party) WHERE state = 'OPEN';

-- The float of each pair (预付金): a row when money has moved; the closing is the sum.
CREATE TABLE advance_entry (
  entry_id      bigserial PRIMARY KEY,
  owner         text   NOT NULL,
  payer         text   NOT NULL,
  payee         text   NOT NULL,
  kind          text   NOT NULL CHECK (kind IN ('OPENING', 'ADJUST_IN', 'ADJUST_OUT', 'URGENT_IN', 'RETURNED')),
  employee_fen  bigint NOT NULL,
  resident_fen  bigint NOT NULL,
  -- The year that the money adjusts, or the month it was urgent in.
  period        text   NOT NULL,
  reference     text   NOT NULL UNIQUE,
  booked_at_ms  bigint NOT NULL
);
CREATE INDEX advance_entry_pair ON advance_entry (owner, payer, payee);
