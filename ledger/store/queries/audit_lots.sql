-- Accounts of whose sources more or less was revoked than was taken back and not returned (D.7). Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH own AS MATERIALIZED (
    SELECT account_id, number FROM account WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id)
)
SELECT own.account_id, coalesce(kept.revoked_micros, 0)::bigint AS kept_micros, coalesce(told.revoked_micros, 0)::bigint AS told_micros
FROM (
    SELECT lot.account, lot.source, sum(lot.revoked_micros) AS revoked_micros
    FROM own
    CROSS JOIN LATERAL (SELECT * FROM lot WHERE lot.account = own.number AND lot.revoked_micros <> 0 OFFSET 0) AS lot
    GROUP BY lot.account, lot.source
) AS kept
FULL JOIN (
    SELECT account, source, sum(amount_micros) AS revoked_micros
    FROM (
        SELECT CASE WHEN entry.other_account = entry.account THEN entry.account ELSE entry.other_account END AS account,
               CASE WHEN entry.other_account = entry.account THEN source.number ELSE entry.account END AS source,
               CASE WHEN entry.kind IN (2, 22) THEN entry.amount_micros ELSE -entry.amount_micros END AS amount_micros
        FROM (
            SELECT *, CASE WHEN other_account = account THEN sub_account_id END AS named_id -- sent to another chain, or back
            FROM entry
            WHERE chain = :chain AND (kind IN (2, 22) OR (kind = 20 AND book = 2))
            OFFSET 0
        ) AS entry
        LEFT JOIN LATERAL (SELECT number FROM account WHERE account.account_id = entry.named_id AND moved_time IS NULL LIMIT 1) AS source ON true
    ) AS taken
    GROUP BY account, source
    HAVING sum(amount_micros) <> 0
) AS told USING (account, source)
JOIN own ON own.number = coalesce(kept.account, told.account)
WHERE kept.revoked_micros IS DISTINCT FROM told.revoked_micros
ORDER BY own.account_id
LIMIT 10
