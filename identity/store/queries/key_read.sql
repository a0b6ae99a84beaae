-- A key of an account's program.
-- in: account_id id, key_id id
-- out: key_id id, program_id id, kind text, prefix text, name text, allows text, denies text, addresses text, made_by id, create_time time,
-- out: expire_time time, use_time time?, revoke_time time?, begin_time time?
SELECT key_id, key.principal_id AS program_id, kind, prefix, key.name, allows, denies, addresses, key.made_by, key.create_time, expire_time,
       use_time, revoke_time, begin_time
FROM program_key AS key
JOIN LATERAL (SELECT account_id FROM program WHERE program.principal_id = key.principal_id LIMIT 1) AS program ON true
WHERE key_id = :key_id AND program.account_id = :account_id
