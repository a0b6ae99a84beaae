-- By what an account pays for another (LED-20): their last relation, unless it ended, or that both are of one company now.
LEFT JOIN LATERAL (
    SELECT *
    FROM relation
    WHERE relation.customer_id = named.sub_account_id AND relation.agent_id = named.account_id
    ORDER BY relation_id DESC
    LIMIT 1
) AS relation ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN company_verified THEN company_id ELSE verified_company_id END AS company_id
    FROM account WHERE account.account_id = named.account_id LIMIT 1
) AS payer ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN company_verified THEN company_id ELSE verified_company_id END AS company_id
    FROM account WHERE account.account_id = named.sub_account_id LIMIT 1
) AS member ON true
