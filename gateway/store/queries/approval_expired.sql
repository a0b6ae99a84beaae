-- Approvals that waited too long; what another replica is deciding is left to it.
-- in: now time, limit int64
-- out: approval_id id, account_id id, requester_id id, request_id id, expire_time time
SELECT approval_id, account_id, requester_id, request_id, expire_time FROM gateway.approval
WHERE state = 'PENDING' AND expire_time <= :now ORDER BY expire_time LIMIT :limit FOR UPDATE SKIP LOCKED
