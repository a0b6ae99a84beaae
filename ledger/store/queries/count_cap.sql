-- What counts for an account's first cap in a month that runs (LED-31): what was bought and metered for it, by itself and by who pays for it,
-- less what was refunded of that; and what holds of the month still set aside. A capture counts when its hold was placed, a refund when its
-- purchase was made, usage when it was used. Recorded time only grows along a chain, so where the month begins there is found by halving.
-- The first six bytes of an entry's id are its chain's, the last seven its sequence. Under the locks of the chains.
-- in: account_id id, month_start_time time
-- out: spent_micros int64, reserved_micros int64
WITH RECURSIVE stood AS MATERIALIZED (
    SELECT account.number, account.company_id, chain.number AS chain, chain.length
    FROM (SELECT number, company_id FROM account WHERE account.account_id = :account_id) AS account
    CROSS JOIN LATERAL (SELECT number, length FROM chain WHERE chain.company_id = account.company_id LIMIT 1) AS chain
),
bisect (chain, low, high) AS (
    SELECT chain, 0::bigint, length FROM stood
    UNION ALL
    SELECT bisect.chain, CASE WHEN middle.recorded_time < :month_start_time THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time < :month_start_time THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time
        FROM entry
        WHERE entry.chain = bisect.chain AND entry.sequence = (bisect.low + bisect.high + 1) / 2
        LIMIT 1
    ) AS middle
    WHERE bisect.low < bisect.high
),
line AS MATERIALIZED (
    SELECT entry.chain, entry.kind, entry.amount_micros, entry.reference_id, entry.recorded_time, entry.effective_time
    FROM stood
    CROSS JOIN LATERAL (SELECT low FROM bisect WHERE bisect.chain = stood.chain AND bisect.low = bisect.high LIMIT 1) AS place
    CROSS JOIN LATERAL (
        SELECT sequence FROM entry WHERE entry.account = stood.number AND entry.book = 6 AND entry.sequence > place.low
        UNION ALL
        SELECT sequence FROM entry WHERE entry.other_account = stood.number AND entry.other_book = 6 AND entry.sequence > place.low
        UNION ALL
        SELECT sequence FROM posting WHERE posting.account = stood.number AND posting.book = 6 AND posting.sequence > place.low
    ) AS leg
    CROSS JOIN LATERAL (SELECT * FROM entry WHERE entry.chain = stood.chain AND entry.sequence = leg.sequence LIMIT 1) AS entry
    WHERE entry.kind IN (3, 4, 5, 11) AND entry.sub_account_id IS NULL
    UNION ALL
    SELECT paid.chain, paid.kind, paid.amount_micros, paid.reference_id, paid.recorded_time, paid.effective_time
    FROM entry AS paid
    WHERE paid.sub_account_id = :account_id AND paid.kind IN (3, 4, 5, 11) AND paid.recorded_time >= :month_start_time
),
bought AS (
    SELECT line.kind, line.amount_micros, there.company_id, coalesce(purchase.kind, line.kind) AS bought_kind,
           coalesce(purchase.reference_id, line.reference_id) AS reference_id,
           CASE line.kind WHEN 4 THEN purchase.recorded_time WHEN 5 THEN coalesce(line.effective_time, line.recorded_time)
                          ELSE line.recorded_time END AS made_time
    FROM line
    CROSS JOIN LATERAL (
        SELECT number, company_id
        FROM (
            SELECT chain.number, chain.company_id FROM chain WHERE chain.number = line.chain
            UNION ALL
            SELECT stood.chain, stood.company_id FROM stood WHERE line.kind = 4 AND stood.chain <> line.chain
        ) AS one
        WHERE line.kind <> 4 OR left(replace(line.reference_id::text, '-', ''), 12)
              = encode(substring(sha256(uuid_send(one.company_id)) FROM 1 FOR 6), 'hex')
        LIMIT 1
    ) AS there
    LEFT JOIN LATERAL (
        SELECT entry.kind, entry.reference_id, entry.recorded_time
        FROM entry
        WHERE line.kind = 4 AND entry.chain = there.number
            AND entry.sequence = ('x00' || right(replace(line.reference_id::text, '-', ''), 14))::bit(64)::bigint
        LIMIT 1
    ) AS purchase ON true
),
counted AS (
    SELECT CASE bought.kind WHEN 4 THEN -bought.amount_micros ELSE bought.amount_micros END AS micros,
           coalesce(hold.placed_time, bought.made_time) AS counted_time
    FROM bought
    LEFT JOIN LATERAL (
        SELECT placed_time
        FROM hold
        WHERE bought.bought_kind = 11 AND hold.company_id = bought.company_id
            AND hold.sequence = ('x00' || right(replace(bought.reference_id::text, '-', ''), 14))::bit(64)::bigint
        LIMIT 1
    ) AS hold ON true
)
SELECT coalesce((SELECT sum(micros) FROM counted WHERE counted_time >= :month_start_time), 0)::bigint AS spent_micros,
       coalesce((SELECT sum(open.micros)
                 FROM (
                     SELECT CASE WHEN hold.placed_time >= :month_start_time THEN hold.amount_micros - hold.captured_micros ELSE 0 END AS micros
                     FROM stood
                     CROSS JOIN LATERAL (
                         SELECT *
                         FROM hold
                         WHERE hold.company_id = stood.company_id AND hold.account_id = :account_id AND hold.state = 1
                             AND hold.sub_account_id IS NULL
                         OFFSET 0
                     ) AS hold
                     UNION ALL
                     SELECT hold.amount_micros - hold.captured_micros
                     FROM hold
                     WHERE hold.sub_account_id = :account_id AND hold.state = 1 AND hold.placed_time >= :month_start_time
                 ) AS open), 0)::bigint AS reserved_micros
