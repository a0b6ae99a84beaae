-- Reads holds by their place in the company's chain.
-- in: company_ids id[], sequences int64[]
-- out: company_id id, account_id id, sequence int64, state int64, amount_micros int64, captured_micros int64, expire_time time,
-- out: placed_time time, sub_account_id id?
SELECT hold.company_id, hold.account_id, hold.sequence, hold.state::bigint, hold.amount_micros, hold.captured_micros,
    hold.expire_time, hold.placed_time, hold.sub_account_id
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT * FROM hold WHERE hold.company_id = wanted.company_id AND hold.sequence = wanted.sequence LIMIT 1
) AS hold
