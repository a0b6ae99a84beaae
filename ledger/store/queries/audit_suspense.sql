-- Top-ups of which more left an account by release than they had put there. Of one account only, when $2 names it.
SELECT account_id, coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)::bigint, sum(amount_micros) FILTER (WHERE kind = 18)::bigint
FROM entry
WHERE company_id = $1 AND kind IN (8, 18) AND ($2::uuid IS NULL OR account_id = $2)
GROUP BY account_id, reference_id
HAVING sum(amount_micros) FILTER (WHERE kind = 18) > coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)
LIMIT 10
