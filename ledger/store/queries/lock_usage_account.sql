-- An account whose usage is rated, held; nothing while another ledger rates it.
-- in: account_id id
-- out: carried_micros int64
SELECT carried_micros FROM usage_account WHERE account_id = :account_id FOR UPDATE SKIP LOCKED
