-- Every time that some accounts were verified to their company (SHR-03).
-- in: company_id id, account_ids id[], limit int64
-- out: account_id id, started_time time, ended_time time?
SELECT asked.account_id, started_time, ended_time
FROM unnest(:account_ids) AS asked (account_id)
CROSS JOIN LATERAL (
    SELECT started_time, ended_time
    FROM verification
    WHERE company_id = :company_id AND verification.account_id = asked.account_id
    ORDER BY started_time DESC
    LIMIT :limit
) AS verification
ORDER BY account_id, started_time
LIMIT :limit
