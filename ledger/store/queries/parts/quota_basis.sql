-- By what an account pays for another (LED-20): their relation that has not ended (read_relations), or that both are of one company now; and
-- until when the account paid by any of theirs.
LEFT JOIN LATERAL (
    SELECT *, max(paid_until_time) OVER () AS ever_paid_until_time
    FROM relation
    WHERE relation.customer_id = named.sub_account_id AND relation.agent_id = named.account_id
    ORDER BY ended, relation_id DESC
    LIMIT 1
) AS relation ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN company_verified THEN company_id ELSE verified_company_id END AS company_id
    FROM account WHERE account.account_id = named.account_id AND account.moved_time IS NULL LIMIT 1
) AS payer ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN company_verified THEN company_id ELSE verified_company_id END AS company_id
    FROM account WHERE account.account_id = named.sub_account_id AND account.moved_time IS NULL LIMIT 1
) AS member ON true
