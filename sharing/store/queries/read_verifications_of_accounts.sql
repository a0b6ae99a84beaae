-- Every time that some accounts were verified to their company (SHR-03).
-- in: company_id id, account_ids id[], limit int64
-- out: account_id id, started_time time, ended_time time?
SELECT account_id, started_time, ended_time
FROM verification
WHERE company_id = :company_id AND account_id = ANY (:account_ids)
ORDER BY account_id, started_time
LIMIT :limit
