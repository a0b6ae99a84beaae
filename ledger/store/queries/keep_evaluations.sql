-- Keeps what an evaluation by time found; the caller holds the lock of the company's chain.
UPDATE account
SET suspended = new.suspended, evaluated_time = $4,
    told_due_time = CASE WHEN earliest_due_time <= $4 THEN earliest_due_time ELSE told_due_time END
FROM (SELECT unnest($2::uuid[]) AS account_id, unnest($3::boolean[]) AS suspended) AS new
WHERE account.company_id = $1 AND account.account_id = new.account_id
