-- A company and all that were merged into it, the one that stays first, by any of their ids or numbers; and how many accounts are verified to it.
-- in: company_id id?, country text, scheme text, number text, limit int64
-- out: company_id id, country text, scheme text, number text, main_account_id id?, merge_time time?, merge_reason text, accounts int64
WITH found AS MATERIALIZED (
    (SELECT coalesce(merged_into, company_id) AS company_id FROM company WHERE company_id = :company_id LIMIT 1)
    UNION ALL
    (SELECT coalesce(merged_into, company_id) FROM company WHERE country = :country AND scheme = :scheme AND number = :number LIMIT 1)
    LIMIT 1
), counted AS MATERIALIZED (
    SELECT count(*) AS accounts FROM found CROSS JOIN LATERAL (
        SELECT FROM company_submission AS submission WHERE submission.company_id = found.company_id AND (state = 'VERIFIED') IS TRUE OFFSET 0
    ) AS submission
)
SELECT company.company_id, company.country, company.scheme, company.number, company.main_account_id, company.merge_time, company.merge_reason,
       counted.accounts
FROM found CROSS JOIN counted CROSS JOIN LATERAL (
    (SELECT * FROM company AS stays WHERE stays.company_id = found.company_id LIMIT 1)
    UNION ALL
    (SELECT * FROM company AS merged WHERE merged.merged_into = found.company_id LIMIT :limit)
) AS company
ORDER BY company.merge_time NULLS FIRST, company.company_id
LIMIT :limit
