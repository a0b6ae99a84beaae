-- Forgets messages that were delivered or given up long ago; what they said was wiped when they ended. A bounded number at once.
-- in: before_time time
DELETE FROM message
WHERE ctid = ANY (ARRAY(SELECT ctid FROM message WHERE state <> 'QUEUED' AND next_time < :before_time ORDER BY next_time
    LIMIT 1000))
