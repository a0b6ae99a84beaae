-- One opening of an account at a time, in whatever chain it is.
-- in: account_id id
-- out: locked int64
SELECT 1::bigint AS locked FROM pg_advisory_xact_lock(hashtextextended(:account_id::text, 0)) AS opening
