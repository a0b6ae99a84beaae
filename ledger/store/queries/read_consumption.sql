-- What accounts of a company consumed from a moment up to another: how far their revenue grew, so refunds lower it; of one that moved into
-- the company's chain with entries, in both chains. Recorded time only grows along a chain, so both ends are found by halving.
-- in: company_id id, account_ids id[], start_time time, end_time time
-- out: account_id id, currency text, micros int64
WITH RECURSIVE here AS MATERIALIZED (
    SELECT account.*
    FROM unnest(:account_ids) AS wanted (account_id)
    CROSS JOIN LATERAL (
        SELECT account_id, number, currency, company_id, moved_in_sequence
        FROM account
        WHERE account.account_id = wanted.account_id AND (account.company_id = :company_id OR account.opened_in_id = :company_id)
            AND moved_time IS NULL
        LIMIT 1
    ) AS account
),
stood AS MATERIALIZED (
    SELECT account.account_id, account.number, account.currency, chain.number AS chain, chain.length
    FROM (
        SELECT account_id, number, currency, company_id FROM here
        UNION ALL
        SELECT here.account_id, before.number, here.currency, here.account_id
        FROM here
        CROSS JOIN LATERAL (
            SELECT number FROM account WHERE account.company_id = here.account_id AND account.account_id = here.account_id LIMIT 1
        ) AS before
        WHERE here.moved_in_sequence IS NOT NULL
    ) AS account
    CROSS JOIN LATERAL (SELECT number, length FROM chain WHERE chain.company_id = account.company_id LIMIT 1) AS chain
),
bisect (chain, ending, moment, low, high) AS (
    SELECT chain, ending, moment, 0::bigint, length
    FROM (SELECT DISTINCT chain, length FROM stood) AS chain
    CROSS JOIN (VALUES (false, :start_time::timestamptz), (true, :end_time)) AS span (ending, moment)
    UNION ALL
    SELECT bisect.chain, bisect.ending, bisect.moment, CASE WHEN middle.recorded_time < bisect.moment THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time < bisect.moment THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time
        FROM entry
        WHERE entry.chain = bisect.chain AND entry.sequence = (bisect.low + bisect.high + 1) / 2
        LIMIT 1
    ) AS middle
    WHERE bisect.low < bisect.high
),
place AS MATERIALIZED (
    SELECT chain, ending, low AS sequence FROM bisect WHERE low = high
)
SELECT account.account_id, account.currency, coalesce(sum(CASE WHEN place.ending THEN last.micros ELSE -last.micros END), 0)::bigint AS micros
FROM stood AS account
JOIN place ON place.chain = account.chain
LEFT JOIN LATERAL (
    SELECT balance_micros AS micros
    FROM (
        (
            SELECT sequence, balance_micros
            FROM entry
            WHERE entry.account = account.number AND entry.book = 6 AND entry.sequence <= place.sequence AND entry.chain = place.chain
            ORDER BY entry.sequence DESC
            LIMIT 1
        )
        UNION ALL
        (
            SELECT sequence, other_balance_micros
            FROM entry
            WHERE entry.other_account = account.number AND entry.other_book = 6 AND entry.sequence <= place.sequence
                AND entry.chain = place.chain
            ORDER BY entry.sequence DESC
            LIMIT 1
        )
        UNION ALL
        (
            SELECT sequence, balance_micros
            FROM posting
            WHERE posting.account = account.number AND posting.book = 6 AND posting.sequence <= place.sequence AND posting.chain = place.chain
            ORDER BY posting.sequence DESC
            LIMIT 1
        )
    ) AS leg
    ORDER BY sequence DESC
    LIMIT 1
) AS last ON true
GROUP BY account.account_id, account.currency
