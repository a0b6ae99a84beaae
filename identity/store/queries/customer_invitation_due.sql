-- Accepted invitations of accounts behind which somebody was verified meanwhile, the longest due first. Those whose time is over are none.
-- in: now time, create_since_time time, limit int64
-- out: invitation_id id
SELECT invitation_id FROM customer_invitation AS invitation
WHERE next_time <= :now AND accept_time IS NOT NULL AND associate_time IS NULL AND decline_time IS NULL AND cancel_time IS NULL
    AND (create_time > :create_since_time) IS TRUE
    AND coalesce((SELECT state FROM company_submission AS submission WHERE submission.account_id = invitation.account_id AND state = 'VERIFIED' LIMIT 1),
                 (SELECT state FROM real_name AS name WHERE name.account_id = invitation.account_id AND state = 'VERIFIED' LIMIT 1)) IS NOT NULL
ORDER BY next_time
LIMIT :limit
