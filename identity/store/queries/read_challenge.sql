-- The challenge to judge a guess by: by its id, or the one that was sent last to the subject.
SELECT challenge_id, sent_time, expire_time, guesses, use_time IS NOT NULL, channel, destination_index
FROM challenge
WHERE subject_id = $1 AND ($2::uuid IS NULL OR challenge_id = $2)
ORDER BY sent_time DESC
LIMIT 1
