-- Accounts whose lots do not hold what the book transferred-in says (D.2), or of whose sources more or less was granted or revoked than
-- was transferred and taken back (D.7), lots that no transfer opened, and lots that were passed over: the first in is the first spent (D.9),
-- unless a refund gave something back to one since.
-- Of one account only, when account_id names it.
-- in: as audit_versions
-- out: as audit_versions
SELECT *
FROM (
    SELECT account.account_id, account.transferred_in_micros,
           coalesce(sum(lot.granted_micros - lot.spent_micros - lot.revoked_micros), 0)::bigint
    FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
    LEFT JOIN (SELECT * FROM lot WHERE company_id = :company_id OFFSET 0) AS lot ON lot.account_id = account.account_id
    GROUP BY account.account_id, account.transferred_in_micros, account.lot_first
    HAVING account.transferred_in_micros <> coalesce(sum(lot.granted_micros - lot.spent_micros - lot.revoked_micros), 0)
        OR account.lot_first > min(lot.sequence) FILTER (WHERE lot.granted_micros > lot.spent_micros + lot.revoked_micros)
    UNION ALL
    SELECT account_id, coalesce(kept.granted_micros - kept.revoked_micros, 0)::bigint,
           coalesce(told.granted_micros - told.revoked_micros, 0)::bigint
    FROM (
        SELECT account_id, source_account_id AS source_id, sum(granted_micros) AS granted_micros,
            sum(revoked_micros) AS revoked_micros
        FROM (SELECT * FROM lot WHERE company_id = :company_id OFFSET 0) AS lot
        GROUP BY account_id, source_account_id
    ) AS kept
    FULL JOIN (
        SELECT counterparty_id AS account_id, account_id AS source_id,
               coalesce(sum(amount_micros) FILTER (WHERE kind = 1), 0) AS granted_micros,
               coalesce(sum(amount_micros) FILTER (WHERE kind = 2), 0) AS revoked_micros
        FROM entry
        WHERE company_id = :company_id AND kind IN (1, 2)
        GROUP BY counterparty_id, account_id
    ) AS told USING (account_id, source_id)
    WHERE kept.granted_micros IS DISTINCT FROM told.granted_micros OR kept.revoked_micros IS DISTINCT FROM told.revoked_micros
    UNION ALL
    SELECT lot.account_id, lot.granted_micros, coalesce(entry.amount_micros, 0)
    FROM (SELECT * FROM lot WHERE company_id = :company_id OFFSET 0) AS lot
    LEFT JOIN (SELECT * FROM entry WHERE company_id = :company_id AND kind = 1 OFFSET 0) AS entry ON entry.sequence = lot.sequence
    WHERE (lot.account_id, lot.source_account_id, lot.granted_time)
          IS DISTINCT FROM (entry.counterparty_id, entry.account_id, entry.recorded_time)
    UNION ALL
    SELECT account_id, sum(spent_micros)::bigint, 0
    FROM (SELECT * FROM lot WHERE company_id = :company_id OFFSET 0) AS lot
    WHERE NOT EXISTS (
        SELECT FROM (SELECT * FROM purchase WHERE company_id = :company_id OFFSET 0) AS purchase
        WHERE purchase.account_id = lot.account_id AND purchase.refunded_transferred_in_micros > 0
    )
    GROUP BY account_id
    HAVING min(sequence) FILTER (WHERE granted_micros > spent_micros + revoked_micros) < max(sequence) FILTER (WHERE spent_micros > 0)
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
