-- Top-ups of which more left an account by release than they had put there. Of one account only, when account_id names it.
-- in: as audit_versions
-- out: as audit_versions
SELECT account_id, coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)::bigint AS kept_micros,
       sum(amount_micros) FILTER (WHERE kind = 18)::bigint AS told_micros
FROM entry
WHERE company_id = :company_id AND kind IN (8, 18) AND (:account_id IS NULL OR account_id = :account_id)
GROUP BY account_id, reference_id
HAVING sum(amount_micros) FILTER (WHERE kind = 18) > coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)
LIMIT 10
