-- Reads one hold with its account's currency.
SELECT hold.state::bigint, amount_micros, captured_micros, expire_time, placed_time, account.currency
FROM hold
JOIN account USING (company_id, account_id)
WHERE hold.company_id = $1 AND hold.sequence = $2 AND hold.account_id = $3
