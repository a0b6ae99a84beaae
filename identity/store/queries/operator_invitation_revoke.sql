-- Takes an invitation of an operator back.
-- in: invitation_id id, revoke_time time
UPDATE operator_invitation SET revoke_time = :revoke_time WHERE invitation_id = :invitation_id
