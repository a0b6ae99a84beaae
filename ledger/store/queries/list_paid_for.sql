-- Lists what was bought (3, and 11 by capturing a hold), given back (4) and metered (5) for an account on others' money, in whatever chains, before a place; newest first.
-- in: sub_account_id id, before_time time, before_chain int64, before_sequence int64, limit int64
-- out: company_id id, sequence int64, chain int64, account_id id, kind int64, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time, recorded_time time
SELECT chain.company_id, line.sequence, line.chain::bigint AS chain, account.account_id, CASE line.kind WHEN 11 THEN 3 ELSE line.kind END::bigint AS kind,
       line.amount_micros, line.currency, line.remark, line.tag, coalesce(line.effective_time, line.recorded_time) AS effective_time,
       line.recorded_time
FROM (
    SELECT *
    FROM entry
    WHERE sub_account_id = :sub_account_id AND kind IN (3, 4, 5, 11)
        AND (recorded_time, chain, sequence) < (:before_time, :before_chain::integer, :before_sequence)
    ORDER BY recorded_time DESC, chain DESC, sequence DESC
    LIMIT :limit
) AS line
CROSS JOIN LATERAL (SELECT company_id FROM chain WHERE chain.number = line.chain LIMIT 1) AS chain
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = line.account LIMIT 1) AS account
ORDER BY line.recorded_time DESC, line.chain DESC, line.sequence DESC
