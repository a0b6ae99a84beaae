-- What of an account's usage is not booked yet: while there is any, the account is not closed.
CREATE INDEX usage_fold_unbooked ON usage_fold (account_id) WHERE state = 1;
