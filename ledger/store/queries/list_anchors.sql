-- The anchors of a company whose periods began in a stretch of time, and the one before them.
-- in: company_id id, start_time time, end_time time, limit int64
-- out: number int64, period_time time, first_sequence int64, last_sequence int64, entries_root bytes, account_count int64,
-- out: accounts_root bytes, previous bytes, public_key bytes, signature bytes
SELECT number, period_time, first_sequence, last_sequence, entries_root, account_count, accounts_root, previous, public_key, signature
FROM anchor
WHERE company_id = :company_id AND period_time < :end_time
    AND number >= coalesce((SELECT number - 1
                            FROM anchor AS first
                            WHERE first.company_id = :company_id AND first.period_time >= :start_time
                            ORDER BY first.company_id, first.number
                            LIMIT 1), 9223372036854775807)
ORDER BY number
LIMIT :limit
