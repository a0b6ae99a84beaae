-- How many approvals of an account have not ended.
-- in: account_id id, now time
-- out: open int64
SELECT count(*) AS open FROM gateway.approval
WHERE account_id = :account_id AND end_time IS NULL AND (state = 'APPROVED' OR expire_time > :now)
