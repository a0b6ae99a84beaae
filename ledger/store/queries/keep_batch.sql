-- Keeps what nearly every batch changes, in one statement: each statement costs a lone order more than the rows it writes.
-- The main statement is the fence of what was cached, and PostgreSQL runs it before what WITH holds: when a chain has another
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
-- in: chain_company_ids id[], chain_lengths int64[], chain_recorded_times time[], chain_hashes bytes[],
-- in: chain_revisions_found id[], chain_revisions id[], now time, request_company_ids id[], request_ids id[],
-- in: request_body_hashes bytes[], request_codes int64[], request_answers bytes[], request_origins id[], request_is_step bool[],
-- in: entry_company_ids id[], entry_sequences int64[], entry_kinds int64[], entry_account_ids id[], entry_counterparty_ids id[],
-- in: entry_amount_micros int64[], entry_currencies text[], entry_remarks text[], entry_tags text[], entry_reference_ids id[],
-- in: entry_effective_times time[], entry_recorded_times time[], entry_hashes bytes[], posting_company_ids id[],
-- in: posting_account_ids id[], posting_books int64[], posting_sequences int64[], posting_amount_micros int64[],
-- in: posting_balance_micros int64[], account_company_ids id[], account_ids id[], own_micros int64[],
-- in: transferred_in_micros int64[], refund_credit_micros int64[], unbilled_micros int64[], outstanding_micros int64[],
-- in: revenue_micros int64[], top_up_micros int64[], adjustment_micros int64[], frozen_micros int64[], earliest_due_times time[],
-- in: suspended bool[], versions int64[], lot_firsts int64[], contract_states int64[], credit_limit_micros int64[],
-- in: confirmed_times time[], new_lot_company_ids id[], new_lot_account_ids id[], new_lot_sequences int64[],
-- in: new_lot_source_account_ids id[], new_lot_granted_micros int64[], new_lot_spent_micros int64[],
-- in: new_lot_revoked_micros int64[], new_lot_granted_times time[], lot_company_ids id[], lot_account_ids id[],
-- in: lot_sequences int64[], lot_granted_micros int64[], lot_spent_micros int64[], lot_revoked_micros int64[],
-- in: event_company_ids id[], event_ids id[], event_types text[], event_payloads bytes[]
WITH new_request AS (
    INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
    SELECT company_id, request_id, origin,
           CASE WHEN is_step OR (SELECT before.company_id FROM request_before AS before
                                 WHERE before.company_id = new.company_id AND before.request_id = new.request_id LIMIT 1) IS NULL
                THEN body_hash END,
           code, answer,
           CASE WHEN (SELECT count(*)
                      FROM unnest(:chain_company_ids, :chain_revisions_found) AS decided (company_id, revision)
                      CROSS JOIN LATERAL (SELECT revision FROM chain WHERE chain.company_id = decided.company_id LIMIT 1) AS seen
                      WHERE seen.revision = decided.revision) = cardinality(:chain_company_ids)
                THEN :now END
    FROM (SELECT unnest(:request_company_ids) AS company_id, unnest(:request_ids) AS request_id,
        unnest(:request_body_hashes) AS body_hash,
                 unnest(:request_codes) AS code, unnest(:request_answers) AS answer, unnest(:request_origins) AS origin,
                 unnest(:request_is_step) AS is_step) AS new
),
new_posting AS (
    INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
    SELECT unnest(:posting_company_ids), unnest(:posting_account_ids), unnest(:posting_books), unnest(:posting_sequences),
        unnest(:posting_amount_micros),
           unnest(:posting_balance_micros)
),
changed_account AS (
    UPDATE account
    SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros,
        refund_credit_micros = new.refund_credit_micros,
        unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
        top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, frozen_micros = new.frozen_micros,
        earliest_due_time = new.earliest_due_time, suspended = new.suspended, version = new.version, lot_first = new.lot_first,
        contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
    FROM (SELECT unnest(:account_company_ids) AS company_id, unnest(:account_ids) AS account_id, unnest(:own_micros) AS own_micros,
                 unnest(:transferred_in_micros) AS transferred_in_micros, unnest(:refund_credit_micros) AS refund_credit_micros,
                 unnest(:unbilled_micros) AS unbilled_micros, unnest(:outstanding_micros) AS outstanding_micros,
                 unnest(:revenue_micros) AS revenue_micros, unnest(:top_up_micros) AS top_up_micros,
                 unnest(:adjustment_micros) AS adjustment_micros, unnest(:frozen_micros) AS frozen_micros,
                 unnest(:earliest_due_times) AS earliest_due_time, unnest(:suspended) AS suspended, unnest(:versions) AS version,
                 unnest(:lot_firsts) AS lot_first, unnest(:contract_states) AS contract_state,
                 unnest(:credit_limit_micros) AS credit_limit_micros, unnest(:confirmed_times) AS confirmed_time) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM account AS kept WHERE kept.company_id = new.company_id AND kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
),
new_lot AS (
    INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, spent_micros, revoked_micros,
        granted_time)
    SELECT unnest(:new_lot_company_ids), unnest(:new_lot_account_ids), unnest(:new_lot_sequences),
        unnest(:new_lot_source_account_ids), unnest(:new_lot_granted_micros),
           unnest(:new_lot_spent_micros), unnest(:new_lot_revoked_micros), unnest(:new_lot_granted_times)
),
changed_lot AS (
    UPDATE lot
    SET granted_micros = new.granted_micros, spent_micros = new.spent_micros, revoked_micros = new.revoked_micros
    FROM (SELECT unnest(:lot_company_ids) AS company_id, unnest(:lot_account_ids) AS account_id, unnest(:lot_sequences) AS sequence,
                 unnest(:lot_granted_micros) AS granted_micros, unnest(:lot_spent_micros) AS spent_micros,
                 unnest(:lot_revoked_micros) AS revoked_micros) AS new
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
    SELECT unnest(:entry_company_ids), unnest(:entry_sequences), unnest(:entry_kinds), unnest(:entry_account_ids),
        unnest(:entry_counterparty_ids),
           unnest(:entry_amount_micros), unnest(:entry_currencies), unnest(:entry_remarks), unnest(:entry_tags),
               unnest(:entry_reference_ids),
           unnest(:entry_effective_times), unnest(:entry_recorded_times), unnest(:entry_hashes)
    WHERE 1 / ((SELECT count(*) FROM changed_account) = cardinality(:account_ids)
               AND (SELECT count(*) FROM changed_lot) = cardinality(:lot_sequences))::integer = 1
),
new_event AS (
    INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
    SELECT company_id, event_id, type, payload, :now
    FROM (SELECT unnest(:event_company_ids) AS company_id, unnest(:event_ids) AS event_id, unnest(:event_types) AS type,
                 unnest(:event_payloads) AS payload) AS new
)
UPDATE chain
SET length = (:chain_lengths)[array_position(:chain_company_ids, company_id)],
    recorded_time = (:chain_recorded_times)[array_position(:chain_company_ids, company_id)],
    hash = (:chain_hashes)[array_position(:chain_company_ids, company_id)],
    revision = CASE WHEN revision = (:chain_revisions_found)[array_position(:chain_company_ids, company_id)]
        THEN (:chain_revisions)[array_position(:chain_company_ids, company_id)] END
WHERE company_id = ANY (:chain_company_ids)
