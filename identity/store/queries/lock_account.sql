-- Makes changes to one account wait for each other; what they decide on is read after this, in a statement of its own.
-- in: account_id id
-- out: account_id id
SELECT account_id FROM account WHERE account_id = :account_id FOR UPDATE
