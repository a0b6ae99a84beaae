-- A saga that reached its end.
-- in: saga_id id, finish_time time, outcome text
UPDATE gateway.saga SET finish_time = :finish_time, outcome = :outcome WHERE saga_id = :saga_id AND finish_time IS NULL
