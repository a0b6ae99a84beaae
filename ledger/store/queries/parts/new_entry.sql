new_entry AS (
    INSERT INTO entry (chain, sequence, kind, form, account, book, change_micros, balance_micros, other_account, other_book,
                       other_balance_micros, amount_micros, currency, remark, tag, reference_id, sub_account_id, effective_time,
                       recorded_time, hash, request_key, body_key, actor_id, actor_reference, outcome)
    SELECT unnest(:entry_chains), unnest(:entry_sequences), unnest(:entry_kinds), 2, unnest(:entry_accounts), unnest(:entry_books),
           unnest(:entry_change_micros), unnest(:entry_balance_micros), unnest(:entry_other_accounts),
           unnest(:entry_other_books), unnest(:entry_other_balance_micros), unnest(:entry_amount_micros),
           unnest(:entry_currencies), unnest(:entry_remarks), unnest(:entry_tags), unnest(:entry_reference_ids),
           unnest(:entry_sub_account_ids), unnest(:entry_effective_times), unnest(:entry_recorded_times),
           unnest(:entry_hashes), unnest(:entry_request_keys), unnest(:entry_body_keys), unnest(:entry_actor_ids),
           unnest(:entry_actor_references), unnest(:entry_outcomes)
)
