-- Takes an invitation back; its account is locked.
-- in: invitation_id id, revoke_time time
UPDATE invitation SET revoke_time = :revoke_time WHERE invitation_id = :invitation_id
