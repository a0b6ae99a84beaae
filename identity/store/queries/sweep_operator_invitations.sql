-- Forgets invitations of operators that ended long ago.
-- in: before_time time
DELETE FROM operator_invitation
WHERE ctid = ANY (ARRAY(SELECT ctid FROM operator_invitation WHERE expire_time < :before_time ORDER BY expire_time LIMIT 10000))
