-- Begins to rate an account.
-- in: account_id id
INSERT INTO usage_account (account_id) VALUES (:account_id) ON CONFLICT (account_id) DO NOTHING
