-- Makes the account's row when it is the first we hear of it.
INSERT INTO account (account_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING
