-- Accounts whose frozen amount is not the sum of their active holds (D.4).
SELECT account.account_id, account.frozen_micros, coalesce(sum(hold.amount_micros - hold.captured_micros), 0)::bigint
FROM account
LEFT JOIN hold ON hold.company_id = $1 AND hold.account_id = account.account_id AND hold.state = 1
WHERE account.company_id = $1
GROUP BY account.account_id, account.frozen_micros
HAVING account.frozen_micros <> coalesce(sum(hold.amount_micros - hold.captured_micros), 0)
ORDER BY account.account_id
LIMIT 10
