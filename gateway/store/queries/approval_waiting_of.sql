-- What somebody has asked approvers for and waits, in whatever account, after one.
-- in: requester_id id, after_id id, limit int64
-- out: approval_id id, account_id id
SELECT approval_id, account_id FROM gateway.approval
WHERE requester_id = :requester_id AND state = 'PENDING' AND approval_id > :after_id
ORDER BY approval_id LIMIT :limit
