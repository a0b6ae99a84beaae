-- The subject's challenge to a destination after sending: a new code, the guesses as decided.
INSERT INTO challenge (challenge_id, subject_id, channel, destination_index, code_mac, sent_time, expire_time, guesses)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (subject_id, destination_index) DO UPDATE SET
    code_mac = excluded.code_mac, sent_time = excluded.sent_time, expire_time = excluded.expire_time, guesses = excluded.guesses
RETURNING challenge_id
