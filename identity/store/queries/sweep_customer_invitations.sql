-- Forgets invitations of customers that ended long ago, and answers that count no more. A bounded number at once.
-- in: before_time time, answered_before_time time
WITH answers AS (
    DELETE FROM contact_answer WHERE ctid = ANY (ARRAY(SELECT ctid FROM contact_answer WHERE answer_time < :answered_before_time ORDER BY answer_time
        LIMIT 10000))
)
DELETE FROM customer_invitation
WHERE ctid = ANY (ARRAY(SELECT ctid FROM customer_invitation WHERE send_time < :before_time ORDER BY send_time LIMIT 1000))
