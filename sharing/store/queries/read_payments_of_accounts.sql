-- Every time that owners paid for accounts (SHR-09, SHR-11).
-- in: company_id id, account_ids id[], limit int64
-- out: payer_account_id id, account_id id, started_time time, ended_time time?
SELECT payer_account_id, asked.account_id, started_time, ended_time
FROM unnest(:account_ids) AS asked (account_id)
CROSS JOIN LATERAL (
    SELECT payer_account_id, started_time, ended_time
    FROM payment_relation
    WHERE company_id = :company_id AND payment_relation.account_id = asked.account_id
    ORDER BY payer_account_id, started_time
    LIMIT :limit
) AS relation
ORDER BY payer_account_id, account_id, started_time
LIMIT :limit
