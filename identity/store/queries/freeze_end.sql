-- A freeze ends; under the account's lock.
-- in: account_id id, freeze_id id, ended_by id?, end_time time, outcome text
UPDATE account_freeze SET ended_by = :ended_by, end_time = :end_time, outcome = :outcome, due_time = NULL
WHERE account_id = :account_id AND freeze_id = :freeze_id
