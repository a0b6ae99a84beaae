-- The challenge of a subject to a destination, for sending a code.
-- in: subject_id id, destination_index bytes
-- out: challenge_id id, sent_time time, expire_time time, guesses int64, used bool
SELECT challenge_id, sent_time, expire_time, guesses, use_time IS NOT NULL AS used
FROM challenge
WHERE subject_id = :subject_id AND destination_index = :destination_index
FOR UPDATE
