-- The challenge to judge a guess by: by its id, or the one that was sent last to the subject.
-- in: subject_id id, challenge_id id?
-- out: challenge_id id, sent_time time, expire_time time, guesses int64, used bool, channel text, destination_index bytes
SELECT challenge_id, sent_time, expire_time, guesses, use_time IS NOT NULL AS used, channel, destination_index
FROM challenge
WHERE subject_id = :subject_id AND (:challenge_id IS NULL OR challenge_id = :challenge_id)
ORDER BY sent_time DESC
LIMIT 1
