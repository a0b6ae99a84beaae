-- Makes changes to one account wait for each other; what they decide on is read after this, in a statement of its own.
SELECT account_id FROM account WHERE account_id = $1 FOR UPDATE
