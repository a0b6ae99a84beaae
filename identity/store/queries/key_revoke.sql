-- Ends a key at once.
-- in: key_id id, now time
UPDATE program_key SET revoke_time = :now, expire_time = least(expire_time, :now)
WHERE key_id = :key_id AND (revoke_time IS NULL) IS TRUE -- the key is what to look for
