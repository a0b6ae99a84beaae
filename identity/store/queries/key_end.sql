-- Lets a key end at another time.
-- in: key_id id, expire_time time
UPDATE program_key SET expire_time = :expire_time WHERE key_id = :key_id
