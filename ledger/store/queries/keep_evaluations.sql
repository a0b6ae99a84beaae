-- Keeps what an evaluation by time found; the caller holds the lock of the company's chain. Each is looked up by its whole key and
-- changed where it lies.
WITH changed AS (
    UPDATE account
    SET suspended = new.suspended, evaluated_time = $4,
        told_due_time = CASE WHEN earliest_due_time <= $4 THEN earliest_due_time ELSE told_due_time END
    FROM (SELECT unnest($2::uuid[]) AS account_id, unnest($3::boolean[]) AS suspended) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM account AS kept WHERE kept.company_id = $1 AND kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
)
SELECT 1 / ((SELECT count(*) FROM changed) = cardinality($2))::integer
