-- What a merge has to look at besides the structure: numbers of both, and accounts that would come over.
-- in: company_id id, merged_company_id id, merged_main_account_id id?
-- out: shares_register bool, numbers int64, accounts int64, related bool, frozen bool
WITH stays AS (
    SELECT country, scheme FROM company WHERE company_id = :company_id
    UNION ALL
    SELECT country, scheme FROM company WHERE merged_into = :company_id
), goes AS (
    SELECT country, scheme FROM company WHERE company_id = :merged_company_id
    UNION ALL
    SELECT country, scheme FROM company WHERE merged_into = :merged_company_id
), coming AS (
    SELECT account_id FROM company_submission WHERE company_id = :merged_company_id AND (state = 'VERIFIED') IS TRUE
)
SELECT EXISTS (SELECT FROM stays JOIN goes USING (country, scheme)) AS shares_register,
       (SELECT count(*) FROM stays) + (SELECT count(*) FROM goes) AS numbers,
       (SELECT count(*) FROM coming) AS accounts,
       EXISTS (SELECT FROM coming CROSS JOIN LATERAL (
                   (SELECT agent_account_id AS account_id FROM relation_offer AS held
                    WHERE held.customer_account_id = coming.account_id AND begin_time IS NOT NULL AND end_time IS NULL LIMIT 1)
                   UNION ALL
                   (SELECT customer_account_id FROM relation_offer AS held
                    WHERE held.agent_account_id = coming.account_id AND (begin_time IS NOT NULL AND end_time IS NULL) IS TRUE OFFSET 0)
               ) AS other
               CROSS JOIN LATERAL (SELECT company_id FROM company_submission AS theirs
                                   WHERE theirs.account_id = other.account_id AND state = 'VERIFIED' LIMIT 1) AS there
               WHERE there.company_id = :company_id) AS related,
       EXISTS (SELECT FROM account_freeze WHERE account_id = :merged_main_account_id AND end_time IS NULL) AS frozen
