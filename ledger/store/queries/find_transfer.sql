-- Reads one transfer or revoke that the account sent or received.
-- in: company_id id, sequence int64, account_id id
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time?, recorded_time time?
SELECT entry.sequence, entry.kind::bigint, source.account_id, destination.account_id AS counterparty_id, entry.amount_micros,
       entry.currency, entry.remark, entry.tag, coalesce(entry.effective_time, entry.recorded_time) AS effective_time, entry.recorded_time
FROM (SELECT number FROM chain WHERE company_id = :company_id LIMIT 1) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = :sequence LIMIT 1
) AS entry
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS source
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS destination
WHERE entry.kind IN (1, 2) AND (source.account_id = :account_id OR destination.account_id = :account_id)
