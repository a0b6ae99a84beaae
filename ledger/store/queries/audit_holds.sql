-- Accounts whose frozen amount is not the sum of their active holds (D.4); holds that are not what was placed, captured and ended,
-- or were captured or voided at or after their time, or expired before it; or whose entries are for another sub-account (LED-20). An entry of
-- these kinds was decided at its effective time. What an active hold's time was, no entry says.
-- The last seven bytes of an entry's id are its sequence.
-- Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH entry AS MATERIALIZED (
    SELECT entry.kind, entry.sequence, entry.amount_micros, entry.recorded_time, entry.sub_account_id,
           coalesce(entry.effective_time, entry.recorded_time) AS effective_time, account.account_id,
           CASE WHEN kind <> 10 THEN ('x' || right(replace(reference_id::text, '-', ''), 14))::bit(56)::bigint END AS hold_sequence
    FROM (SELECT * FROM entry WHERE chain = :chain AND kind BETWEEN 10 AND 13 OFFSET 0) AS entry
    LEFT JOIN (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account ON account.number = entry.account
)
SELECT *
FROM (
    SELECT account.account_id, account.frozen_micros, coalesce(sum(hold.amount_micros - hold.captured_micros), 0)::bigint
    FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
    LEFT JOIN (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold ON hold.account_id = account.account_id
        AND hold.state = 1
    GROUP BY account.account_id, account.frozen_micros
    HAVING account.frozen_micros <> coalesce(sum(hold.amount_micros - hold.captured_micros), 0)
    UNION ALL
    SELECT coalesce(entry.account_id, hold.account_id), coalesce(hold.amount_micros, 0), coalesce(entry.amount_micros, 0)
    FROM (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold
    FULL JOIN (SELECT * FROM entry WHERE kind = 10) AS entry USING (sequence)
    WHERE (hold.account_id, hold.amount_micros, hold.placed_time, hold.sub_account_id)
          IS DISTINCT FROM (entry.account_id, entry.amount_micros, entry.recorded_time, entry.sub_account_id)
    UNION ALL
    SELECT hold.account_id, hold.captured_micros, coalesce(told.captured_micros, 0)::bigint
    FROM (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold
    FULL JOIN (
        SELECT hold_sequence AS sequence,
               sum(amount_micros) FILTER (WHERE kind = 11) AS captured_micros, max(kind) FILTER (WHERE kind IN (12, 13)) AS ending
        FROM entry
        WHERE kind <> 10
        GROUP BY 1
    ) AS told USING (sequence)
    WHERE hold.sequence IS NULL OR (hold.state = 1 AND hold.captured_micros = hold.amount_micros)
       OR hold.captured_micros <> coalesce(told.captured_micros, 0)
       OR coalesce(told.ending - 9, 0) <> CASE WHEN hold.state IN (3, 4) THEN hold.state ELSE 0 END
    UNION ALL
    SELECT hold.account_id, hold.amount_micros, 0
    FROM (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold
    JOIN (SELECT * FROM entry WHERE kind = 10) AS entry USING (sequence)
    WHERE (hold.expire_time <= entry.effective_time OR hold.expire_time > entry.effective_time + interval '366 days')
    UNION ALL
    SELECT hold.account_id, entry.amount_micros, 0
    FROM (SELECT * FROM entry WHERE kind <> 10) AS entry
    JOIN (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold ON hold.sequence = entry.hold_sequence
    WHERE (entry.effective_time >= hold.expire_time) <> (entry.kind = 13) OR entry.sub_account_id IS DISTINCT FROM hold.sub_account_id
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
