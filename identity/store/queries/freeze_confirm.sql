-- A pending freeze comes into force.
-- in: account_id id, freeze_id id, confirmed_by id, begin_time time, due_time time?
UPDATE account_freeze SET confirmed_by = :confirmed_by, begin_time = :begin_time, due_time = :due_time
WHERE account_id = :account_id AND freeze_id = :freeze_id
