-- A saga that could not go on: tried again when due.
-- in: saga_id id, due_time time
UPDATE gateway.saga SET due_time = :due_time WHERE saga_id = :saga_id AND finish_time IS NULL
