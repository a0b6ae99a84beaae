-- Reads the holds of accounts whose time has come and that still count as active.
SELECT hold.company_id, hold.account_id, hold.sequence, hold.state::bigint, hold.amount_micros, hold.captured_micros, hold.expire_time, hold.placed_time
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
JOIN hold USING (company_id, account_id)
WHERE hold.state = 1 AND hold.expire_time <= $3
ORDER BY hold.company_id, hold.sequence
LIMIT $4
