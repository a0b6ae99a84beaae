-- Somebody accepts an invitation; its account is locked.
-- in: invitation_id id, accepted_by id, accept_time time
UPDATE invitation SET accept_time = :accept_time, accepted_by = :accepted_by WHERE invitation_id = :invitation_id
