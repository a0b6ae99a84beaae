-- Lists accounts that have holds whose time has come, for the sweep.
SELECT DISTINCT company_id, account_id
FROM (
    SELECT company_id, account_id
    FROM hold
    WHERE state = 1 AND expire_time <= $1
    ORDER BY expire_time
    LIMIT $2
) AS due
