-- A saga that could not go on: tried again when due.
UPDATE gateway.saga SET due_time = $2::timestamptz WHERE saga_id = $1::uuid AND finish_time IS NULL
