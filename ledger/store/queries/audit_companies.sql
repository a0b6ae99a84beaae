-- The next company after one, for the audit: by its accounts or by the head of its chain, should either be gone.
-- in: after_id id
-- out: company_id id
SELECT company_id
FROM (
    SELECT least((SELECT company_id FROM account WHERE company_id > :after_id ORDER BY company_id LIMIT 1),
                 (SELECT company_id FROM chain WHERE company_id > :after_id ORDER BY company_id LIMIT 1)) AS company_id
) AS next
WHERE company_id IS NOT NULL
