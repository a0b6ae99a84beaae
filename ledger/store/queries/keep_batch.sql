-- Keeps what nearly every batch changes, in one statement: each statement costs a lone order more than the rows it writes.
-- The main statement is the fence of what was cached, and PostgreSQL runs it before what WITH holds: when a chain has another
-- revision than the batch was decided upon, the new one is NULL, which the column refuses, and the batch fails whole, before it wrote
-- anything else. chain.revision is what was committed last, under the row's lock; seen asks for what this statement's snapshot has, with
-- which the rows are found: they differ when the lock was waited for. So behind the fence the snapshot has all that was ever committed of
-- these companies, and nothing of them is being committed: what it does not have is not there.
-- That is why taken may look for request ids in the snapshot: an order that was accepted must not have been refused, nor answered before
-- entries had keys, and one that is refused must have no entry. That it has no entry when it is accepted, and is refused only once, the
-- unique indexes say. Ids of before there were origins count, unless a step has them. No ON CONFLICT, for nobody would look at the answer
-- before the commit.
-- unnest stands in SELECT and not in FROM, where each array would be stored before it is read. Accounts and lots are looked up by their
-- whole key, each alone, and changed where they lie (ctid): joined, a table that was vacuumed while empty would be read whole for every
-- batch until the plan is made anew. Whoever moves a row of the company gives its chain another revision; should somebody not, while a
-- lock is waited for, the row is not where it was found, and the count that new_request makes divides by zero: a
-- conflict, the batch is decided again. So does a chain that is gone (an older database was put back), which the fence does not meet.
-- The chain itself is found by its key alone, for it may have moved while its lock was waited for.
-- What WITH changes is run from the last to the first, so entries come first: a request id that is in use costs the rest nothing.
-- in: chain_company_ids id[], chain_lengths int64[], chain_recorded_times time[], chain_hashes bytes[],
-- in: chain_revisions_found id[], chain_revisions id[], now time, asked_company_ids id[], asked_request_ids id[], asked_origins id[],
-- in: asked_is_step bool[], request_company_ids id[], request_ids id[], request_origins id[], request_keys id[],
-- in: request_body_hashes bytes[], request_codes int64[], request_answers bytes[],
-- in: entry_chains int64[], entry_sequences int64[], entry_kinds int64[], entry_accounts int64[], entry_books int64[],
-- in: entry_change_micros int64[], entry_balance_micros int64[], entry_other_accounts int64[], entry_other_books int64[],
-- in: entry_other_balance_micros int64[], entry_amount_micros int64[], entry_currencies text[], entry_remarks text[],
-- in: entry_tags text[], entry_reference_ids id[], entry_sub_account_ids id[], entry_effective_times time[],
-- in: entry_recorded_times time[], entry_hashes bytes[], entry_request_keys id[], entry_body_keys id[], entry_actor_ids id[],
-- in: entry_outcomes bytes[], posting_chains int64[],
-- in: posting_accounts int64[], posting_books int64[], posting_sequences int64[], posting_amount_micros int64[],
-- in: posting_balance_micros int64[], account_numbers int64[], own_micros int64[],
-- in: transferred_in_micros int64[], refund_credit_micros int64[], unbilled_micros int64[], outstanding_micros int64[],
-- in: revenue_micros int64[], top_up_micros int64[], adjustment_micros int64[], frozen_micros int64[], earliest_due_times time[],
-- in: suspended bool[], versions int64[], lot_firsts int64[], contract_states int64[], credit_limit_micros int64[],
-- in: confirmed_times time[], new_lot_accounts int64[], new_lot_sequences int64[], new_lot_sources int64[],
-- in: new_lot_granted_micros int64[], new_lot_spent_micros int64[], new_lot_revoked_micros int64[],
-- in: lot_accounts int64[], lot_sequences int64[], lot_granted_micros int64[], lot_spent_micros int64[], lot_revoked_micros int64[],
-- in: event_company_ids id[], event_ids id[], event_types text[], event_payloads bytes[]
WITH seen AS MATERIALIZED (
    SELECT count(*) AS count
    FROM unnest(:chain_company_ids, :chain_revisions_found) AS decided (company_id, revision)
    CROSS JOIN LATERAL (SELECT revision FROM chain WHERE chain.company_id = decided.company_id LIMIT 1) AS kept
    WHERE kept.revision = decided.revision
),
taken AS MATERIALIZED (
    SELECT (SELECT count(*)
            FROM (SELECT unnest(:asked_company_ids) AS company_id, unnest(:asked_request_ids) AS request_id,
                         unnest(:asked_origins) AS origin, unnest(:asked_is_step) AS is_step) AS asked
            WHERE (SELECT request.request_id
                   FROM request
                   WHERE request.company_id = asked.company_id AND request.request_id = asked.request_id
                       AND request.origin = asked.origin
                   LIMIT 1) IS NOT NULL
                OR (NOT is_step AND (SELECT before.request_id
                                     FROM request_before AS before
                                     WHERE before.company_id = asked.company_id AND before.request_id = asked.request_id
                                     LIMIT 1) IS NOT NULL))
         + (SELECT count(*)
            FROM (SELECT unnest(:request_keys) AS request_key) AS refused
            WHERE (SELECT entry.sequence FROM entry WHERE entry.request_key = refused.request_key LIMIT 1) IS NOT NULL) AS count
),
changed_account AS (
    UPDATE account
    SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros,
        refund_credit_micros = new.refund_credit_micros,
        unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
        top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, frozen_micros = new.frozen_micros,
        earliest_due_time = new.earliest_due_time, suspended = new.suspended, version = new.version, lot_first = new.lot_first,
        contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
    FROM (SELECT unnest(:account_numbers) AS number, unnest(:own_micros) AS own_micros,
                 unnest(:transferred_in_micros) AS transferred_in_micros, unnest(:refund_credit_micros) AS refund_credit_micros,
                 unnest(:unbilled_micros) AS unbilled_micros, unnest(:outstanding_micros) AS outstanding_micros,
                 unnest(:revenue_micros) AS revenue_micros, unnest(:top_up_micros) AS top_up_micros,
                 unnest(:adjustment_micros) AS adjustment_micros, unnest(:frozen_micros) AS frozen_micros,
                 unnest(:earliest_due_times) AS earliest_due_time, unnest(:suspended) AS suspended, unnest(:versions) AS version,
                 unnest(:lot_firsts) AS lot_first, unnest(:contract_states) AS contract_state,
                 unnest(:credit_limit_micros) AS credit_limit_micros, unnest(:confirmed_times) AS confirmed_time) AS new
    CROSS JOIN LATERAL (SELECT ctid FROM account AS kept WHERE kept.number = new.number LIMIT 1) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
),
changed_lot AS (
    UPDATE lot
    SET granted_micros = new.granted_micros, spent_micros = new.spent_micros, revoked_micros = new.revoked_micros
    FROM (SELECT unnest(:lot_accounts) AS account, unnest(:lot_sequences) AS sequence,
                 unnest(:lot_granted_micros) AS granted_micros, unnest(:lot_spent_micros) AS spent_micros,
                 unnest(:lot_revoked_micros) AS revoked_micros) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM lot AS kept WHERE kept.account = new.account AND kept.sequence = new.sequence LIMIT 1
    ) AS place
    WHERE lot.ctid = place.ctid
    RETURNING 1
),
new_request AS (
    INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
    SELECT unnest(:request_company_ids), unnest(:request_ids), unnest(:request_origins), unnest(:request_body_hashes),
           unnest(:request_codes), unnest(:request_answers), :now
    WHERE 1 / ((SELECT count FROM seen) = cardinality(:chain_company_ids)
               AND (SELECT count(*) FROM changed_account) = cardinality(:account_numbers)
               AND (SELECT count(*) FROM changed_lot) = cardinality(:lot_sequences))::integer = 1
),
new_event AS (
    INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
    SELECT unnest(:event_company_ids), unnest(:event_ids), unnest(:event_types), unnest(:event_payloads), :now
),
new_lot AS (
    INSERT INTO lot (account, sequence, source, granted_micros, spent_micros, revoked_micros)
    SELECT unnest(:new_lot_accounts), unnest(:new_lot_sequences), unnest(:new_lot_sources), unnest(:new_lot_granted_micros),
           unnest(:new_lot_spent_micros), unnest(:new_lot_revoked_micros)
),
new_posting AS (
    INSERT INTO posting (chain, account, book, sequence, amount_micros, balance_micros)
    SELECT unnest(:posting_chains), unnest(:posting_accounts), unnest(:posting_books), unnest(:posting_sequences),
           unnest(:posting_amount_micros), unnest(:posting_balance_micros)
),
new_entry AS (
    INSERT INTO entry (chain, sequence, kind, form, account, book, change_micros, balance_micros, other_account, other_book,
                       other_balance_micros, amount_micros, currency, remark, tag, reference_id, sub_account_id, effective_time,
                       recorded_time, hash, request_key, body_key, actor_id, outcome)
    SELECT unnest(:entry_chains), unnest(:entry_sequences), unnest(:entry_kinds), 2, unnest(:entry_accounts), unnest(:entry_books),
           unnest(:entry_change_micros), unnest(:entry_balance_micros), unnest(:entry_other_accounts),
           unnest(:entry_other_books), unnest(:entry_other_balance_micros), unnest(:entry_amount_micros),
           unnest(:entry_currencies), unnest(:entry_remarks), unnest(:entry_tags), unnest(:entry_reference_ids),
           unnest(:entry_sub_account_ids), unnest(:entry_effective_times), unnest(:entry_recorded_times),
           unnest(:entry_hashes), unnest(:entry_request_keys), unnest(:entry_body_keys), unnest(:entry_actor_ids),
           unnest(:entry_outcomes)
)
UPDATE chain
SET length = (:chain_lengths)[array_position(:chain_company_ids, company_id)],
    recorded_time = (:chain_recorded_times)[array_position(:chain_company_ids, company_id)],
    hash = (:chain_hashes)[array_position(:chain_company_ids, company_id)],
    revision = CASE WHEN revision = (:chain_revisions_found)[array_position(:chain_company_ids, company_id)]
            AND (SELECT count FROM seen) = cardinality(:chain_company_ids) AND (SELECT count FROM taken) = 0
        THEN (:chain_revisions)[array_position(:chain_company_ids, company_id)] END
WHERE company_id = ANY (:chain_company_ids)
