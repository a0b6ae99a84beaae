-- A page of an account's approvals, newest first; of a state, '' of all. One that waits is over when its time is.
-- in: account_id id, before_id id, state text, now time, limit int64
-- out: approval_id id, account_id id, requester_id id, request_id id, credential_id text, rpc text, request bytes, hash bytes, action text, amount_micros int64,
-- out: currency text, target_account_id text, payment_method_id text, remark text, approvers int64, state text, create_time time, expire_time time, end_time time?, failure_reason text, carry_time time?, requester_makers text
SELECT approval_id, account_id, requester_id, request_id, credential_id, rpc, request, hash, action, amount_micros, currency, target_account_id,
       payment_method_id, remark, approvers, state, create_time, expire_time, end_time, failure_reason, carry_time, requester_makers
FROM gateway.approval
WHERE account_id = :account_id AND approval_id < :before_id
    AND (:state = '' OR :state = CASE WHEN state = 'PENDING' AND expire_time <= :now THEN 'EXPIRED' ELSE state END)
ORDER BY approval_id DESC LIMIT :limit
