-- How many keys of a program count, and how many are kept.
-- in: program_id id, now time
-- out: counting int64, kept int64
SELECT count(*) FILTER (WHERE revoke_time IS NULL AND expire_time > :now) AS counting, count(*) AS kept
FROM program_key WHERE principal_id = :program_id
