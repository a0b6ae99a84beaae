-- Accounts whose frozen amount is not the sum of their active holds (D.4), and holds that are not what was placed.
SELECT account.account_id, account.frozen_micros, coalesce(sum(hold.amount_micros - hold.captured_micros), 0)::bigint
FROM account
LEFT JOIN hold ON hold.company_id = $1 AND hold.account_id = account.account_id AND hold.state = 1
WHERE account.company_id = $1
GROUP BY account.account_id, account.frozen_micros
HAVING account.frozen_micros <> coalesce(sum(hold.amount_micros - hold.captured_micros), 0)
UNION ALL
SELECT coalesce(entry.account_id, hold.account_id), coalesce(hold.amount_micros, 0), coalesce(entry.amount_micros, 0)
FROM (SELECT * FROM hold WHERE company_id = $1) AS hold
FULL JOIN (SELECT * FROM entry WHERE company_id = $1 AND kind = 10) AS entry USING (sequence)
WHERE (hold.account_id, hold.amount_micros, hold.placed_time) IS DISTINCT FROM (entry.account_id, entry.amount_micros, entry.recorded_time)
ORDER BY 1
LIMIT 10
