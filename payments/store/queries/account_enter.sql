-- Makes the account's row when it is the first we hear of it.
-- in: account_id id
INSERT INTO account (account_id) VALUES (:account_id) ON CONFLICT DO NOTHING
