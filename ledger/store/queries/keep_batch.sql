-- Keeps what nearly every batch changes, in one statement: each statement costs a lone order more than the rows it writes.
-- The main statement is the fence of what was remembered, and PostgreSQL runs it before what WITH holds: when a chain has another
-- revision than the batch was decided upon, the new one is NULL, which the column refuses, and the batch fails whole. chain.revision is
-- what was committed last, under the row's lock; new_request asks for what this statement's snapshot has, with which the rows are found:
-- they differ when the lock was waited for, and a chain that is gone (an older database was put back) is found by nobody. A request id
-- that is in use breaks the primary key, one of before there were origins the body's hash, unless a step has it; no ON CONFLICT, for nobody
-- would look at the answer before the commit.
-- unnest stands in SELECT and not in FROM, where each array would be stored before it is read. Accounts and lots are looked up by their
-- whole key, each alone, and changed where they lie (ctid): joined, a table that was vacuumed while empty would be read whole for every
-- batch until the plan is made anew. Whoever moves a row of the company gives its chain another revision; should somebody not, while a
-- lock is waited for, the row is not where it was found, and the count that new_entry makes divides by zero: a conflict, the batch is
-- decided again. The chain itself is found by its key alone, for it may have moved while its lock was waited for.
WITH new_request AS (
    INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
    SELECT company_id, request_id, origin,
           CASE WHEN is_step OR (SELECT before.company_id FROM request_before AS before
                                 WHERE before.company_id = new.company_id AND before.request_id = new.request_id LIMIT 1) IS NULL
                THEN body_hash END,
           code, answer,
           CASE WHEN (SELECT count(*)
                      FROM unnest($1::uuid[], $5::uuid[]) AS decided (company_id, revision)
                      CROSS JOIN LATERAL (SELECT revision FROM chain WHERE chain.company_id = decided.company_id LIMIT 1) AS seen
                      WHERE seen.revision = decided.revision) = cardinality($1::uuid[])
                THEN $7::timestamptz END
    FROM (SELECT unnest($8::uuid[]) AS company_id, unnest($9::uuid[]) AS request_id, unnest($10::bytea[]) AS body_hash,
                 unnest($11::bigint[]) AS code, unnest($12::bytea[]) AS answer, unnest($68::uuid[]) AS origin,
                 unnest($69::boolean[]) AS is_step) AS new
),
new_posting AS (
    INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
    SELECT unnest($26::uuid[]), unnest($27::uuid[]), unnest($28::bigint[]), unnest($29::bigint[]), unnest($30::bigint[]),
           unnest($31::bigint[])
),
changed_account AS (
    UPDATE account
    SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros, refund_credit_micros = new.refund_credit_micros,
        unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
        top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, frozen_micros = new.frozen_micros,
        earliest_due_time = new.earliest_due_time, suspended = new.suspended, version = new.version, lot_first = new.lot_first,
        contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
    FROM (SELECT unnest($32::uuid[]) AS company_id, unnest($33::uuid[]) AS account_id, unnest($34::bigint[]) AS own_micros,
                 unnest($35::bigint[]) AS transferred_in_micros, unnest($36::bigint[]) AS refund_credit_micros,
                 unnest($37::bigint[]) AS unbilled_micros, unnest($38::bigint[]) AS outstanding_micros,
                 unnest($39::bigint[]) AS revenue_micros, unnest($40::bigint[]) AS top_up_micros,
                 unnest($41::bigint[]) AS adjustment_micros, unnest($42::bigint[]) AS frozen_micros,
                 unnest($43::timestamptz[]) AS earliest_due_time, unnest($44::boolean[]) AS suspended, unnest($45::bigint[]) AS version,
                 unnest($46::bigint[]) AS lot_first, unnest($47::bigint[]) AS contract_state,
                 unnest($48::bigint[]) AS credit_limit_micros, unnest($49::timestamptz[]) AS confirmed_time) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM account AS kept WHERE kept.company_id = new.company_id AND kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
),
new_lot AS (
    INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, spent_micros, revoked_micros, granted_time)
    SELECT unnest($50::uuid[]), unnest($51::uuid[]), unnest($52::bigint[]), unnest($53::uuid[]), unnest($54::bigint[]),
           unnest($55::bigint[]), unnest($56::bigint[]), unnest($57::timestamptz[])
),
changed_lot AS (
    UPDATE lot
    SET granted_micros = new.granted_micros, spent_micros = new.spent_micros, revoked_micros = new.revoked_micros
    FROM (SELECT unnest($58::uuid[]) AS company_id, unnest($59::uuid[]) AS account_id, unnest($60::bigint[]) AS sequence,
                 unnest($61::bigint[]) AS granted_micros, unnest($62::bigint[]) AS spent_micros,
                 unnest($63::bigint[]) AS revoked_micros) AS new
    CROSS JOIN LATERAL (
        SELECT ctid
        FROM lot AS kept
        WHERE kept.company_id = new.company_id AND kept.account_id = new.account_id AND kept.sequence = new.sequence
        LIMIT 1
    ) AS place
    WHERE lot.ctid = place.ctid
    RETURNING 1
),
new_entry AS (
    INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, reference_id,
                       effective_time, recorded_time, hash)
    SELECT unnest($13::uuid[]), unnest($14::bigint[]), unnest($15::bigint[]), unnest($16::uuid[]), unnest($17::uuid[]),
           unnest($18::bigint[]), unnest($19::text[]), unnest($20::text[]), unnest($21::text[]), unnest($22::uuid[]),
           unnest($23::timestamptz[]), unnest($24::timestamptz[]), unnest($25::bytea[])
    WHERE 1 / ((SELECT count(*) FROM changed_account) = cardinality($33::uuid[])
               AND (SELECT count(*) FROM changed_lot) = cardinality($60::bigint[]))::integer = 1
),
new_event AS (
    INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
    SELECT company_id, event_id, type, payload, $7
    FROM (SELECT unnest($64::uuid[]) AS company_id, unnest($65::uuid[]) AS event_id, unnest($66::text[]) AS type,
                 unnest($67::bytea[]) AS payload) AS new
)
UPDATE chain
SET length = ($2::bigint[])[array_position($1, company_id)], recorded_time = ($3::timestamptz[])[array_position($1, company_id)],
    hash = ($4::bytea[])[array_position($1, company_id)],
    revision = CASE WHEN revision = ($5::uuid[])[array_position($1, company_id)] THEN ($6::uuid[])[array_position($1, company_id)] END
WHERE company_id = ANY ($1::uuid[])
