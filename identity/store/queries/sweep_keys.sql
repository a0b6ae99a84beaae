-- Forgets keys that ended long ago, the oldest first; a bounded number at once.
-- in: ended_before_time time
DELETE FROM program_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM program_key WHERE expire_time < :ended_before_time
    ORDER BY expire_time LIMIT 10000))
