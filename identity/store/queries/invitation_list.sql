-- The invitations of an account before one, newest first.
-- in: account_id id, before_id id, limit int64
-- out: invitation_id id, email_sealed bytes, name_sealed bytes, role text, subtree bool, guesses int64, invited_by id,
-- out: create_time time, expire_time time, accepted_by id?, revoked bool
WITH sent AS MATERIALIZED ( -- the account is what to look for
    SELECT * FROM invitation WHERE account_id = :account_id AND (invitation_id < :before_id) IS TRUE
)
SELECT invitation_id, email_sealed, name_sealed, role, subtree, guesses, invited_by, create_time, expire_time, accepted_by,
       revoke_time IS NOT NULL AS revoked
FROM sent
ORDER BY invitation_id DESC
LIMIT :limit
