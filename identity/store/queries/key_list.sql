-- The keys of an account's programs, or of one of them, after one, oldest first.
-- in: account_id id, program_id id?, after_id id, limit int64
-- out: as key_read
WITH own AS MATERIALIZED ( -- few, and found by the account alone
    SELECT principal_id FROM program WHERE account_id = :account_id AND (:program_id IS NULL OR principal_id = :program_id) IS TRUE
), key AS MATERIALIZED (
    SELECT found.* FROM own CROSS JOIN LATERAL (
        SELECT * FROM program_key WHERE program_key.principal_id = own.principal_id LIMIT 100
    ) AS found
)
SELECT key_id, key.principal_id AS program_id, kind, prefix, key.name, allows, denies, addresses, key.made_by, key.create_time, expire_time,
       use_time, revoke_time, begin_time
FROM key
WHERE key_id > :after_id
ORDER BY key_id
LIMIT :limit
