-- The invitations of operators before one, newest first.
-- in: before_id id, limit int64
-- out: invitation_id id, email_sealed bytes, name_sealed bytes, roles text, guesses int64, invited_by id, create_time time,
-- out: expire_time time, accepted_by id?, revoked bool
SELECT invitation_id, email_sealed, name_sealed, roles, guesses, invited_by, create_time, expire_time, accepted_by,
       revoke_time IS NOT NULL AS revoked
FROM operator_invitation WHERE (invitation_id < :before_id) IS TRUE
ORDER BY invitation_id DESC
LIMIT :limit
