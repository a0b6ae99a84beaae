-- Keeps what nearly every batch changes, in one statement: each statement costs a lone order more than the rows it writes.
-- The main statement is the fence of what was remembered, and PostgreSQL runs it before what WITH holds: when a chain has another
-- revision than the batch was decided upon, the new one is NULL, which the column refuses, and the batch fails whole. chain.revision is
-- what was committed last, under the row's lock; new_request asks for what this statement's snapshot has, with which the rows are found:
-- they differ when the lock was waited for, and a chain that is gone (an older database was put back) is found by nobody. A request id
-- that is in use breaks the primary key; no ON CONFLICT, for nobody would look at the answer before the commit.
WITH new_request AS (
    INSERT INTO request (company_id, request_id, body_hash, code, answer, recorded_time)
    SELECT company_id, request_id, body_hash, code, answer,
           CASE WHEN (SELECT count(*)
                      FROM unnest($1::uuid[], $5::uuid[]) AS decided (company_id, revision)
                      CROSS JOIN LATERAL (SELECT revision FROM chain WHERE chain.company_id = decided.company_id LIMIT 1) AS seen
                      WHERE seen.revision = decided.revision) = cardinality($1::uuid[])
                THEN $7::timestamptz END
    FROM unnest($8::uuid[], $9::uuid[], $10::bytea[], $11::bigint[], $12::bytea[]) AS new (company_id, request_id, body_hash, code, answer)
),
new_entry AS (
    INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, reference_id,
                       effective_time, recorded_time, hash)
    SELECT *
    FROM unnest($13::uuid[], $14::bigint[], $15::bigint[], $16::uuid[], $17::uuid[], $18::bigint[], $19::text[], $20::text[], $21::text[],
                $22::uuid[], $23::timestamptz[], $24::timestamptz[], $25::bytea[])
),
new_posting AS (
    INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
    SELECT *
    FROM unnest($26::uuid[], $27::uuid[], $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[])
),
changed_account AS (
    UPDATE account
    SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros, refund_credit_micros = new.refund_credit_micros,
        unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
        top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, frozen_micros = new.frozen_micros,
        earliest_due_time = new.earliest_due_time, suspended = new.suspended, version = new.version, lot_first = new.lot_first,
        contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
    FROM unnest($32::uuid[], $33::uuid[], $34::bigint[], $35::bigint[], $36::bigint[], $37::bigint[], $38::bigint[], $39::bigint[],
                $40::bigint[], $41::bigint[], $42::bigint[], $43::timestamptz[], $44::boolean[], $45::bigint[], $46::bigint[], $47::bigint[],
                $48::bigint[], $49::timestamptz[])
        AS new (company_id, account_id, own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
                revenue_micros, top_up_micros, adjustment_micros, frozen_micros, earliest_due_time, suspended, version, lot_first,
                contract_state, credit_limit_micros, confirmed_time)
    WHERE account.company_id = new.company_id AND account.account_id = new.account_id
),
new_lot AS (
    INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, spent_micros, revoked_micros, granted_time)
    SELECT *
    FROM unnest($50::uuid[], $51::uuid[], $52::bigint[], $53::uuid[], $54::bigint[], $55::bigint[], $56::bigint[], $57::timestamptz[])
),
changed_lot AS (
    UPDATE lot
    SET granted_micros = new.granted_micros, spent_micros = new.spent_micros, revoked_micros = new.revoked_micros
    FROM unnest($58::uuid[], $59::uuid[], $60::bigint[], $61::bigint[], $62::bigint[], $63::bigint[])
        AS new (company_id, account_id, sequence, granted_micros, spent_micros, revoked_micros)
    WHERE lot.company_id = new.company_id AND lot.account_id = new.account_id AND lot.sequence = new.sequence
),
new_event AS (
    INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
    SELECT company_id, event_id, type, payload, $7
    FROM unnest($64::uuid[], $65::uuid[], $66::text[], $67::bytea[]) AS new (company_id, event_id, type, payload)
)
UPDATE chain
SET length = new.length, recorded_time = new.recorded_time, hash = new.hash,
    revision = CASE WHEN chain.revision = new.revision_found THEN new.revision END
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bytea[], $5::uuid[], $6::uuid[])
    AS new (company_id, length, recorded_time, hash, revision_found, revision)
WHERE chain.company_id = new.company_id
