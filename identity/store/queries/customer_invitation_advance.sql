-- How far an invitation is.
-- in: invitation_id id, open_time time?, accept_time time?, account_id id?, accepted_by id?, next_time time?, associate_time time?,
-- in: decline_time time?, cancel_time time?
UPDATE customer_invitation SET open_time = :open_time, accept_time = :accept_time, account_id = :account_id, accepted_by = :accepted_by,
    next_time = :next_time, associate_time = :associate_time, decline_time = :decline_time, cancel_time = :cancel_time
WHERE invitation_id = :invitation_id
