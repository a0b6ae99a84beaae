-- One invitation.
-- in: invitation_id id
-- out: account_id id, email_sealed bytes, email_index bytes, name_sealed bytes, role text, subtree bool, guesses int64,
-- out: invited_by id, create_time time, expire_time time, accepted_by id?, revoked bool
SELECT account_id, email_sealed, email_index, name_sealed, role, subtree, guesses, invited_by, create_time, expire_time, accepted_by,
       revoke_time IS NOT NULL AS revoked
FROM invitation WHERE invitation_id = :invitation_id
