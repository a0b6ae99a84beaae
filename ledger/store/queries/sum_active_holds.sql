-- How many holds of an account are active at a moment, and what they set aside (D.4).
-- in: company_id id, account_id id, now time
-- out: active int64, set_aside_micros int64
SELECT count(*) AS active, coalesce(sum(amount_micros - captured_micros), 0)::bigint AS set_aside_micros
FROM hold
WHERE company_id = :company_id AND account_id = :account_id AND state = 1 AND expire_time > :now
