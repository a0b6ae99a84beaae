-- The challenge of a subject to a destination, for sending a code.
SELECT challenge_id, sent_time, expire_time, guesses, use_time IS NOT NULL
FROM challenge
WHERE subject_id = $1 AND destination_index = $2
FOR UPDATE
