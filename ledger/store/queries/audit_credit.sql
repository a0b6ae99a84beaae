-- Currencies in which the accounts' limits are not what the company's line says is allocated (D.3, D.15),
-- and accounts whose limit is not what was set and confirmed.
-- in: company_id id
-- out: currency text, kept_micros int64, told_micros int64
SELECT account.currency, coalesce(line.allocated_micros, 0) AS kept_micros, sum(account.credit_limit_micros)::bigint AS told_micros
FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
LEFT JOIN (SELECT * FROM credit_line WHERE company_id = :company_id OFFSET 0) AS line ON line.currency = account.currency
GROUP BY account.currency, line.allocated_micros
HAVING coalesce(line.allocated_micros, 0) <> sum(account.credit_limit_micros)
UNION ALL
SELECT account.currency, account.credit_limit_micros, coalesce(told.limit_micros, 0)
FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
CROSS JOIN LATERAL (
    SELECT (array_agg(amount_micros ORDER BY sequence DESC) FILTER (WHERE kind = 14))[1] AS limit_micros,
           max(kind) - 12 AS contract_state,
           max(recorded_time) FILTER (WHERE kind = 15) AS confirmed_time
    FROM entry
    WHERE entry.account = account.number AND entry.kind IN (14, 15)
) AS told
WHERE (account.credit_limit_micros, account.contract_state::integer, account.confirmed_time)
      IS DISTINCT FROM (coalesce(told.limit_micros, 0), coalesce(told.contract_state, 1), told.confirmed_time)
LIMIT 10
