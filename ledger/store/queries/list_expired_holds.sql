-- Lists accounts that have holds whose time has come, for the sweep: company by company.
SELECT DISTINCT company_id, account_id
FROM (
    SELECT company_id, account_id
    FROM hold
    WHERE state = 1 AND placed_time IS NOT NULL AND expire_time <= $1 -- as the index says
      AND date_trunc('second', expire_time AT TIME ZONE 'UTC') <= date_trunc('second', $1::timestamptz AT TIME ZONE 'UTC')
    ORDER BY date_trunc('second', expire_time AT TIME ZONE 'UTC')
    LIMIT $2
) AS due
ORDER BY company_id, account_id
