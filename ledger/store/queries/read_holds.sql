-- Reads holds by their place in the company's chain.
SELECT hold.company_id, hold.account_id, hold.sequence, hold.state::bigint, hold.amount_micros, hold.captured_micros, hold.expire_time, hold.placed_time
FROM unnest($1::uuid[], $2::bigint[]) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT * FROM hold WHERE hold.company_id = wanted.company_id AND hold.sequence = wanted.sequence LIMIT 1
) AS hold
