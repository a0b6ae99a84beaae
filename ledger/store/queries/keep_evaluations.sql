-- Keeps what an evaluation by time found; the caller holds the lock of the company's chain. Each is looked up by its whole key and
-- changed where it lies.
-- in: company_id id, account_ids id[], suspended bool[], now time
-- out: changed_all int64
WITH changed AS (
    UPDATE account
    SET suspended = new.suspended, evaluated_time = :now,
        told_due_time = CASE WHEN earliest_due_time <= :now THEN earliest_due_time ELSE told_due_time END
    FROM (SELECT unnest(:account_ids) AS account_id, unnest(:suspended) AS suspended) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM account AS kept WHERE kept.company_id = :company_id AND kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:account_ids))::integer AS changed_all
