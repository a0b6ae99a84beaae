-- Uses a code up (ID-05); no row when it was used in the meantime.
-- in: challenge_id id, use_time time
-- out: challenge_id id
UPDATE challenge SET use_time = :use_time
WHERE challenge_id = :challenge_id AND use_time IS NULL
RETURNING challenge_id
