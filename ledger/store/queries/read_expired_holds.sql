-- Reads the holds of accounts whose time has come and that still count as active. LATERAL keeps to one look per account.
SELECT hold.company_id, hold.account_id, hold.sequence, hold.state::bigint, hold.amount_micros, hold.captured_micros, hold.expire_time, hold.placed_time
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM hold
    WHERE hold.company_id = wanted.company_id AND hold.account_id = wanted.account_id AND hold.state = 1 AND hold.expire_time <= $3
    ORDER BY hold.company_id, hold.account_id, hold.expire_time
    LIMIT $4
) AS hold
ORDER BY hold.company_id, hold.sequence
LIMIT $4
