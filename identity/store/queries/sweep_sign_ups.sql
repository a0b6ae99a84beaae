-- Forgets sign-ups that nobody verified in time.
-- in: before_time time
DELETE FROM sign_up
WHERE ctid = ANY (ARRAY(SELECT ctid FROM sign_up WHERE account_id IS NULL AND create_time < :before_time ORDER BY create_time
    LIMIT 10000))
