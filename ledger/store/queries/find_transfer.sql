-- Reads one transfer or revoke that the account sent or received.
SELECT sequence, kind::bigint, account_id, counterparty_id, amount_micros, currency, remark, tag, effective_time, recorded_time
FROM entry
WHERE company_id = $1 AND sequence = $2 AND kind IN (1, 2) AND (account_id = $3 OR counterparty_id = $3)
