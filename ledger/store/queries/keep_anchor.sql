-- Keeps an anchor with the states that it changed; nothing when another ledger was first.
-- in: company_id id, number int64, period_time time, first_sequence int64, last_sequence int64, entries_root bytes,
-- in: account_count int64, accounts_root bytes, previous bytes, hash bytes, public_key bytes, signature bytes,
-- in: state_account_ids id[], state_entries int64[], state_hashes bytes[]
WITH new_anchor AS (
    INSERT INTO anchor (company_id, number, period_time, first_sequence, last_sequence, entries_root, account_count, accounts_root,
                        previous, hash, public_key, signature)
    VALUES (:company_id, :number, :period_time, :first_sequence, :last_sequence, :entries_root, :account_count, :accounts_root,
            :previous, :hash, :public_key, :signature)
    ON CONFLICT DO NOTHING
    RETURNING company_id, number
)
INSERT INTO anchored_account (company_id, account_id, number, entries, hash)
SELECT new_anchor.company_id, state.account_id, new_anchor.number, state.entries, state.hash
FROM new_anchor
CROSS JOIN (SELECT unnest(:state_account_ids) AS account_id, unnest(:state_entries) AS entries, unnest(:state_hashes) AS hash) AS state
