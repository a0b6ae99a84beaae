-- Accounts whose lots do not hold what the book transferred-in says (D.2).
SELECT account.account_id, account.transferred_in_micros, coalesce(sum(lot.granted_micros - lot.spent_micros - lot.revoked_micros), 0)::bigint
FROM account
LEFT JOIN lot ON lot.company_id = $1 AND lot.account_id = account.account_id
WHERE account.company_id = $1
GROUP BY account.account_id, account.transferred_in_micros
HAVING account.transferred_in_micros <> coalesce(sum(lot.granted_micros - lot.spent_micros - lot.revoked_micros), 0)
ORDER BY account.account_id
LIMIT 10
