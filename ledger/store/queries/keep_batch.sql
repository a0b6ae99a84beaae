-- Keeps what nearly every batch changes, in one statement: each statement costs a lone order more than the rows it writes.
-- The main statement is the fence of what was cached, and PostgreSQL runs it before what WITH holds: when a chain has another
-- revision than the batch was decided upon, the new one is NULL, which the column refuses, and the batch fails whole, before it wrote
-- anything else. chain.revision is what was committed last, under the row's lock; seen asks for what this statement's snapshot has, with
-- which the rows are found: they differ when the lock was waited for. So behind the fence the snapshot has all that was ever committed of
-- these companies, and nothing of them is being committed: what it does not have is not there.
-- That is why request ids may be looked for in the snapshot: an order that was accepted must not have been refused, nor answered before
-- entries had keys, and one that is refused must have no entry. That it has no entry when it is accepted, and is refused only once, the
-- unique indexes say. Ids of before there were origins count, unless a step has them. No ON CONFLICT, for nobody would look at the answer
-- before the commit.
-- unnest stands in SELECT and not in FROM, where each array would be stored before it is read. Accounts and lots are looked up by their
-- whole key, each alone, and changed where they lie (ctid): joined, a table that was vacuumed while empty would be read whole for every
-- batch until the plan is made anew. Whoever moves a row of the company gives its chain another revision; should somebody not, while a
-- lock is waited for, the row is not where it was found, and the counts of new_request divide by zero: a
-- conflict, the batch is decided again. So does a refused order with an entry, and a chain that is gone (an older database was put back), which the fence does not meet.
-- fenced holds the fence of freezes where it is (GW-03), behind the chains' locks, so that nobody waits for a company who holds it; a batch
-- that was let in before it was raised is decided again in the same way. No place: nothing in the batch is stopped by freezes.
-- The chain itself is found by its key alone, for it may have moved while its lock was waited for.
-- What WITH changes is run from the last to the first, so entries come first: a request id that is in use costs the rest nothing.
-- in: chain_company_ids id[], chain_lengths int64[], chain_recorded_times time[], chain_hashes bytes[],
-- in: chain_revisions_found id[], chain_revisions id[], now time, asked_company_ids id[], asked_request_ids id[], asked_origins id[],
-- in: asked_is_step bool[], request_company_ids id[], request_ids id[], request_origins id[], request_keys id[],
-- in: request_body_hashes bytes[], request_codes int64[], request_answers bytes[], refused_company_ids id[], refused_after_sequences int64[],
-- in: refused_places int64[], refused_kinds int64[], refused_account_ids id[], refused_counterparty_ids id[], refused_amount_micros int64[],
-- in: refused_currencies text[], refused_remarks text[], refused_tags text[], refused_reasons text[], refused_actor_references id[],
-- in: entry_chains int64[], entry_sequences int64[], entry_kinds int64[], entry_accounts int64[], entry_books int64[],
-- in: entry_change_micros int64[], entry_balance_micros int64[], entry_other_accounts int64[], entry_other_books int64[],
-- in: entry_other_balance_micros int64[], entry_amount_micros int64[], entry_currencies text[], entry_remarks text[],
-- in: entry_tags text[], entry_reference_ids id[], entry_sub_account_ids id[], entry_effective_times time[],
-- in: entry_recorded_times time[], entry_hashes bytes[], entry_request_keys id[], entry_body_keys id[], entry_actor_ids id[],
-- in: entry_actor_references id[], entry_outcomes bytes[], actor_company_ids id[], actor_references id[], actor_principal_ids id[],
-- in: actor_account_ids id[], actor_credential_kinds int64[], actor_credential_ids id[], actor_roles text[],
-- in: actor_approval_ids id[], actor_steps text[], posting_chains int64[],
-- in: posting_accounts int64[], posting_books int64[], posting_sequences int64[], posting_amount_micros int64[],
-- in: posting_balance_micros int64[], account_numbers int64[], own_micros int64[],
-- in: transferred_in_micros int64[], refund_credit_micros int64[], unbilled_micros int64[], outstanding_micros int64[],
-- in: revenue_micros int64[], top_up_micros int64[], adjustment_micros int64[], clearing_micros int64[], frozen_micros int64[], earliest_due_times time[],
-- in: suspended bool[], stop_due_times time[], turned_times time[], versions int64[], lot_firsts int64[], contract_states int64[], credit_limit_micros int64[],
-- in: confirmed_times time[], new_lot_accounts int64[], new_lot_sequences int64[], new_lot_sources int64[],
-- in: new_lot_granted_micros int64[], new_lot_spent_micros int64[], new_lot_revoked_micros int64[],
-- in: lot_accounts int64[], lot_sequences int64[], lot_granted_micros int64[], lot_spent_micros int64[], lot_revoked_micros int64[],
-- in: event_company_ids id[], event_ids id[], event_types text[], event_payloads bytes[], fence_place int64, let_in int64
WITH
-- part: seen
-- part: fenced
-- part: asked
-- part: changed_account
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
               AND (SELECT count(*) FROM changed_lot) = cardinality(:lot_sequences)
               AND (SELECT count(*) FROM fenced WHERE epoch >= :let_in) = 0
               AND (SELECT count(*)
                    FROM (SELECT unnest(:request_keys) AS request_key) AS refused
                    WHERE (SELECT entry.sequence FROM entry WHERE entry.request_key = refused.request_key LIMIT 1) IS NOT NULL) = 0
              )::integer = 1
),
new_act AS (
    INSERT INTO act (company_id, after_sequence, number, kind, action, account_id, counterparty_id, amount_micros, currency, remark, tag,
                     reason, request_id, actor_reference, recorded_time)
    SELECT new.company_id, new.after_sequence,
           new.place + coalesce((SELECT number
                                 FROM act
                                 WHERE act.company_id = new.company_id AND act.after_sequence = new.after_sequence
                                 ORDER BY act.company_id DESC, act.after_sequence DESC, act.number DESC
                                 LIMIT 1), 0),
           new.kind, '', new.account_id, new.counterparty_id, new.amount_micros, new.currency, new.remark, new.tag, new.reason,
           new.request_id, new.actor_reference, :now
    FROM (SELECT unnest(:refused_company_ids) AS company_id, unnest(:refused_after_sequences) AS after_sequence,
                 unnest(:refused_places) AS place, unnest(:refused_kinds) AS kind, unnest(:refused_account_ids) AS account_id,
                 unnest(:refused_counterparty_ids) AS counterparty_id, unnest(:refused_amount_micros) AS amount_micros,
                 unnest(:refused_currencies) AS currency, unnest(:refused_remarks) AS remark, unnest(:refused_tags) AS tag,
                 unnest(:refused_reasons) AS reason, unnest(:request_ids) AS request_id,
                 unnest(:refused_actor_references) AS actor_reference) AS new
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
new_actor AS (
    INSERT INTO actor (company_id, reference, principal_id, account_id, credential_kind, credential_id, roles, approval_id, step)
    SELECT unnest(:actor_company_ids), unnest(:actor_references), unnest(:actor_principal_ids), unnest(:actor_account_ids), unnest(:actor_credential_kinds),
           unnest(:actor_credential_ids), unnest(:actor_roles), unnest(:actor_approval_ids), unnest(:actor_steps)
    ON CONFLICT DO NOTHING -- kept by a batch that this process forgot, or never knew
),
-- part: new_entry
-- part: fence
