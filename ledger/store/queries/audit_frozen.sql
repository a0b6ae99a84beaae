-- Accounts of which it is not remembered what they had set aside after each entry that changed it, or since when (D.4). The last seven
-- bytes of an entry's id are its sequence; a capture that ends its hold gives the rest of it back.
-- Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
SELECT *
FROM (
    SELECT coalesce(frozen.account_id, told.account_id), coalesce(frozen.frozen_micros, 0), coalesce(told.frozen_micros, 0)::bigint
    FROM (SELECT * FROM frozen WHERE company_id = :company_id OFFSET 0) AS frozen
    FULL JOIN (
        SELECT account_id, since_time, sequence, sum(change_micros) OVER (PARTITION BY account_id
            ORDER BY sequence) AS frozen_micros
        FROM (
            SELECT account.account_id, CASE entry.kind WHEN 13 THEN greatest(hold.expire_time,
                hold.placed_time) ELSE entry.recorded_time END AS since_time,
                   entry.sequence,
                   CASE WHEN entry.kind = 10 THEN entry.amount_micros ELSE -entry.amount_micros END
                   - CASE WHEN entry.kind = 11 AND hold.state = 2
                       AND entry.sequence = max(entry.sequence) OVER (PARTITION BY hold.sequence)
                          THEN hold.amount_micros - hold.captured_micros ELSE 0 END AS change_micros
            FROM (SELECT * FROM entry WHERE chain = :chain AND kind BETWEEN 10 AND 13 OFFSET 0) AS entry
            LEFT JOIN (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account ON account.number = entry.account
            LEFT JOIN (SELECT * FROM hold
                WHERE company_id = :company_id OFFSET 0) AS hold ON hold.sequence = CASE entry.kind WHEN 10 THEN entry.sequence
                ELSE ('x' || right(replace(entry.reference_id::text, '-', ''), 14))::bit(56)::bigint END
        ) AS change
    ) AS told USING (sequence)
    WHERE (frozen.account_id, frozen.since_time, frozen.frozen_micros) IS DISTINCT FROM (told.account_id, told.since_time,
        told.frozen_micros)
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
