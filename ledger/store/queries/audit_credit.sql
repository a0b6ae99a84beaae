-- Currencies in which the accounts' limits are not what the company's line says is allocated (D.3, D.15).
SELECT account.currency, coalesce(line.allocated_micros, 0), sum(account.credit_limit_micros)::bigint
FROM account
LEFT JOIN credit_line AS line ON line.company_id = $1 AND line.currency = account.currency
WHERE account.company_id = $1
GROUP BY account.currency, line.allocated_micros
HAVING coalesce(line.allocated_micros, 0) <> sum(account.credit_limit_micros)
LIMIT 10
