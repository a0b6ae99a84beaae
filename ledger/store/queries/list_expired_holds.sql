-- Lists accounts that have holds whose time has come, for the sweep: company by company, with the time of the first.
-- in: now time, limit int64
-- out: company_id id, account_id id, expire_time time
SELECT company_id, account_id, min(expire_time) AS expire_time
FROM (
    SELECT company_id, account_id, expire_time
    FROM hold
    WHERE state = 1 AND placed_time IS NOT NULL AND expire_time <= :now -- as the index says
      AND date_trunc('second', expire_time AT TIME ZONE 'UTC') <= date_trunc('second', :now AT TIME ZONE 'UTC')
    ORDER BY date_trunc('second', expire_time AT TIME ZONE 'UTC')
    LIMIT :limit
) AS due
GROUP BY company_id, account_id
ORDER BY company_id, account_id
