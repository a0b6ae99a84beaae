-- The accounts of budgets that nobody looked at since a moment.
-- in: looked_before_time time, limit int64
-- out: company_id id, account_id id
SELECT DISTINCT account.company_id, due.account_id
FROM (SELECT account_id FROM budget WHERE looked_time <= :looked_before_time ORDER BY looked_time LIMIT :limit) AS due
CROSS JOIN LATERAL (SELECT company_id FROM account WHERE account.account_id = due.account_id LIMIT 1) AS account
