-- The floor's head of the chain moves on.
UPDATE chain
SET length = $2::bigint, recorded_time = $3::timestamptz
WHERE number = $1::bigint
