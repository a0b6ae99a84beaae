-- Forgets invitations of customers that ended long ago. A bounded number at once.
-- in: before_time time
DELETE FROM customer_invitation
WHERE ctid = ANY (ARRAY(SELECT ctid FROM customer_invitation WHERE create_time < :before_time ORDER BY create_time LIMIT 1000))
