-- A saga that reached its end.
UPDATE gateway.saga SET finish_time = $2::timestamptz, outcome = $3::text WHERE saga_id = $1::uuid AND finish_time IS NULL
