-- Reads one transfer or revoke that the account sent or received. In an entry of a transit (other_account is account) the account has the
-- source's leg, on its own book, or the destination's, on transferred in; the other one is a name. What was received is told as what it is
-- the other half of (kind 19, by its transit), what was returned as kind 3, an allocation as 4, a reclaim as 5.
-- in: company_id id, sequence int64, account_id id
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time?, recorded_time time?
SELECT entry.sequence,
       CASE entry.kind WHEN 19 THEN received.kind WHEN 20 THEN 3 WHEN 21 THEN 4 WHEN 22 THEN 5 ELSE entry.kind END::bigint AS kind,
       ends.source_id AS account_id, ends.destination_id AS counterparty_id, entry.amount_micros,
       entry.currency, entry.remark, entry.tag, coalesce(entry.effective_time, entry.recorded_time) AS effective_time, entry.recorded_time
FROM (SELECT number FROM chain WHERE company_id = :company_id LIMIT 1) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = :sequence LIMIT 1
) AS entry
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS acting
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS other
CROSS JOIN LATERAL (
    SELECT CASE WHEN entry.other_account = entry.account AND entry.book = 2 THEN entry.sub_account_id ELSE acting.account_id END AS source_id,
           CASE WHEN entry.other_account = entry.account AND entry.book = 1 THEN entry.sub_account_id ELSE other.account_id END AS destination_id
) AS ends
LEFT JOIN LATERAL (
    SELECT kind FROM transit WHERE transit.transit_id = CASE entry.kind WHEN 19 THEN entry.reference_id END LIMIT 1
) AS received ON true
WHERE entry.kind IN (1, 2, 19, 20, 21, 22) AND :account_id IN (acting.account_id, other.account_id)
