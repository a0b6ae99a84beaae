-- Forgets sign-ups that nobody verified in time.
DELETE FROM sign_up WHERE account_id IS NULL AND create_time < $1
