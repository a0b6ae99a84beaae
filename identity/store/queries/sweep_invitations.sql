-- Forgets invitations that ended long ago.
-- in: before_time time
DELETE FROM invitation
WHERE ctid = ANY (ARRAY(SELECT ctid FROM invitation WHERE expire_time < :before_time ORDER BY expire_time LIMIT 10000))
