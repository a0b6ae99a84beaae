-- Makes the row of an account in its own chain history, of which time changes nothing any more, and notes at which entry the other row began.
-- in: account_id id, company_id id, moved_time time, moved_in_sequence int64
WITH left_behind AS (
    UPDATE account
    SET moved_time = :moved_time, override_until_time = NULL, stop_due_time = NULL, turned_time = NULL, evaluated_time = '-infinity'
    WHERE company_id = :account_id AND account_id = :account_id
)
UPDATE account SET moved_in_sequence = :moved_in_sequence WHERE company_id = :company_id AND account_id = :account_id
