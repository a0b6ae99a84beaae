-- As keep_batch, for a batch that has nothing but entries of two legs or none, their accounts and lots, as most have: each table that a
-- statement names costs a lone order its opening, though no row of it is written. The count of changed accounts is asked for by new_lot.
-- in: some of keep_batch
WITH
-- part: seen
-- part: fenced
-- part: asked
-- part: changed_account
new_lot AS (
    INSERT INTO lot (account, sequence, source, granted_micros, spent_micros, revoked_micros)
    SELECT unnest(:new_lot_accounts), unnest(:new_lot_sequences), unnest(:new_lot_sources), unnest(:new_lot_granted_micros),
           unnest(:new_lot_spent_micros), unnest(:new_lot_revoked_micros)
    WHERE 1 / ((SELECT count FROM seen) = cardinality(:chain_company_ids)
               AND (SELECT count(*) FROM changed_account) = cardinality(:account_numbers)
               AND (SELECT count(*) FROM fenced WHERE epoch >= :let_in) = 0)::integer = 1
),
-- part: new_entry
-- part: fence
