-- What accounts consumed in a stretch of a chain, less what was refunded, by the quarter of an hour that it is of (zones are apart by
-- quarters), with the billing time zone that counts then and the one after it. What moved with an account is no spend (decision 17).
-- in: company_id id, after_sequence int64, to_sequence int64
-- out: account_id id, quarter_time time, micros int64, time_zone text?, since_time time?, next_since_time time?
SELECT spent.account_id, spent.quarter_time, spent.micros, zone.time_zone, zone.since_time, next.since_time AS next_since_time
FROM (
    SELECT account.account_id,
           to_timestamp(floor(extract(epoch FROM coalesce(entry.effective_time, entry.recorded_time)) / 900) * 900) AS quarter_time,
           sum(CASE WHEN entry.book = 6 THEN entry.change_micros WHEN entry.other_book = 6 THEN -entry.change_micros
                    ELSE revenue.micros END)::bigint AS micros
    FROM (SELECT number FROM chain WHERE company_id = :company_id LIMIT 1) AS own
    CROSS JOIN LATERAL (
        SELECT *
        FROM entry
        WHERE entry.chain = own.number AND entry.sequence > :after_sequence AND entry.sequence <= :to_sequence
        ORDER BY entry.sequence
        LIMIT :to_sequence - :after_sequence
    ) AS entry
    CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS account
    LEFT JOIN LATERAL (
        SELECT posting.amount_micros AS micros
        FROM posting
        WHERE entry.book < 0 AND posting.account = entry.account AND posting.book = 6 AND posting.sequence = entry.sequence
        LIMIT 1
    ) AS revenue ON true
    WHERE entry.kind IN (3, 4, 5, 11)
    GROUP BY 1, 2
) AS spent
LEFT JOIN LATERAL (
    SELECT time_zone, since_time
    FROM billing_zone
    WHERE billing_zone.account_id = spent.account_id AND billing_zone.since_time <= spent.quarter_time
    ORDER BY since_time DESC
    LIMIT 1
) AS zone ON true
LEFT JOIN LATERAL (
    SELECT since_time
    FROM billing_zone
    WHERE billing_zone.account_id = spent.account_id AND billing_zone.since_time > spent.quarter_time
    ORDER BY since_time
    LIMIT 1
) AS next ON true
WHERE spent.micros <> 0
ORDER BY spent.account_id, spent.quarter_time
