-- Reads one transfer or revoke that the account sent or received.
-- in: company_id id, sequence int64, account_id id
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time?, recorded_time time?
SELECT sequence, kind::bigint, account_id, counterparty_id, amount_micros, currency, remark, tag, effective_time, recorded_time
FROM entry
WHERE company_id = :company_id AND sequence = :sequence AND kind IN (1, 2) AND (account_id = :account_id
    OR counterparty_id = :account_id)
