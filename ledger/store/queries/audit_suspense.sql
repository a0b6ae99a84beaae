-- Top-ups of which more left an account by release than they had put there. Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
SELECT account.account_id, found.kept_micros, found.told_micros
FROM (
    SELECT account, coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)::bigint AS kept_micros,
           sum(amount_micros) FILTER (WHERE kind = 18)::bigint AS told_micros
    FROM entry
    WHERE chain = :chain AND kind IN (8, 18)
    GROUP BY account, reference_id
    HAVING sum(amount_micros) FILTER (WHERE kind = 18) > coalesce(sum(amount_micros) FILTER (WHERE kind = 8), 0)
) AS found
JOIN (SELECT * FROM account WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id) OFFSET 0) AS account
    ON account.number = found.account
LIMIT 10
