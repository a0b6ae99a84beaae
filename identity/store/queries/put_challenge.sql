-- The subject's challenge to a destination after sending: a new code, the guesses as decided.
-- in: challenge_id id, subject_id id, channel text, destination_index bytes, code_mac bytes, sent_time time, expire_time time,
-- in: guesses int64
-- out: challenge_id id
INSERT INTO challenge (challenge_id, subject_id, channel, destination_index, code_mac, sent_time, expire_time, guesses)
VALUES (:challenge_id, :subject_id, :channel, :destination_index, :code_mac, :sent_time, :expire_time, :guesses)
ON CONFLICT (subject_id, destination_index) DO UPDATE SET
    code_mac = excluded.code_mac, sent_time = excluded.sent_time, expire_time = excluded.expire_time, guesses = excluded.guesses
RETURNING challenge_id
