-- Somebody became an operator by an invitation.
-- in: invitation_id id, accepted_by id, accept_time time
UPDATE operator_invitation SET accept_time = :accept_time, accepted_by = :accepted_by WHERE invitation_id = :invitation_id
