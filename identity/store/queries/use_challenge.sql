-- Uses a code up (ID-05); no row when it was used in the meantime.
UPDATE challenge SET use_time = $2
WHERE challenge_id = $1 AND use_time IS NULL
RETURNING challenge_id
