-- The factors of a principal that count, after one, oldest first.
-- in: principal_id id, after_id id, limit int64
-- out: factor_id id, kind text, name text, secret_sealed bytes?, create_time time, use_time time?, remove_time time?,
-- out: credential_id bytes?, public_key bytes?, algorithm int64?
SELECT factor_id, kind, name, secret_sealed, create_time, use_time, remove_time, credential_id, public_key, algorithm
FROM factor
WHERE principal_id = :principal_id AND factor_id > :after_id AND (confirm_time IS NOT NULL) IS TRUE -- not for an index
ORDER BY factor_id
LIMIT :limit
