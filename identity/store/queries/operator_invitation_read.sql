-- One invitation of an operator.
-- in: invitation_id id
-- out: email_sealed bytes, email_index bytes, name_sealed bytes, roles text, guesses int64, invited_by id, create_time time,
-- out: expire_time time, accepted_by id?, revoked bool
SELECT email_sealed, email_index, name_sealed, roles, guesses, invited_by, create_time, expire_time, accepted_by,
       revoke_time IS NOT NULL AS revoked
FROM operator_invitation WHERE invitation_id = :invitation_id
