-- Forgets invitations of customers that ended long ago. A bounded number at once.
-- in: before_time time
DELETE FROM customer_invitation
WHERE ctid = ANY (ARRAY(SELECT ctid FROM customer_invitation WHERE send_time < :before_time ORDER BY send_time LIMIT 1000))
