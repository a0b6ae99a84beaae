-- Whoever changes an invitation waits for whoever does; what is decided on is read after this.
-- in: invitation_id id
-- out: invitation_id id
SELECT invitation_id FROM customer_invitation WHERE invitation_id = :invitation_id FOR UPDATE
