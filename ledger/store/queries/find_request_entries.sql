-- Reads the entries that earlier requests became, by their keys, with all that their answers say. One that does not stand in the chain of
-- its account's company is nobody's.
-- in: request_keys id[]
-- out: place int64, company_id id, body_key id?, sequence int64, kind int64, account_id id, other_account_id id?, sub_account_id id?,
-- out: reference_id id?, amount_micros int64, currency text, remark text, tag text, effective_time time, recorded_time time, book int64,
-- out: change_micros int64, balance_micros int64, other_book int64?, other_balance_micros int64?, outcome bytes?
SELECT wanted.place, account.company_id, entry.body_key, entry.sequence, entry.kind::bigint, account.account_id,
    other.account_id AS other_account_id, entry.sub_account_id, entry.reference_id, entry.amount_micros, entry.currency, entry.remark, entry.tag,
    coalesce(entry.effective_time, entry.recorded_time) AS effective_time, entry.recorded_time, entry.book::bigint,
    entry.change_micros, entry.balance_micros, entry.other_book::bigint, entry.other_balance_micros, entry.outcome
FROM unnest(:request_keys) WITH ORDINALITY AS wanted (request_key, place)
CROSS JOIN LATERAL (SELECT * FROM entry WHERE entry.request_key = wanted.request_key LIMIT 1) AS entry
CROSS JOIN LATERAL (SELECT company_id, account_id FROM account WHERE account.number = entry.account LIMIT 1) AS account
CROSS JOIN LATERAL (SELECT FROM chain WHERE chain.number = entry.chain AND chain.company_id = account.company_id LIMIT 1) AS chain
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS other ON true
