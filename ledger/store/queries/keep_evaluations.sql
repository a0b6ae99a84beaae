-- Keeps what an evaluation by time found; the caller holds the lock of the company's chain. Each is looked up by its whole key and
-- changed where it lies.
-- in: company_id id, account_ids id[], suspended bool[], stop_due_times time[], turned_times time[],
-- in: release_due bool[], now time
-- out: changed_all int64
WITH changed AS (
    UPDATE account
    SET suspended = new.suspended, stop_due_time = new.stop_due_time, turned_time = new.turned_time, release_due = new.release_due,
        evaluated_time = :now,
        told_due_time = CASE WHEN earliest_due_time <= :now THEN earliest_due_time ELSE told_due_time END
    FROM (SELECT unnest(:account_ids) AS account_id, unnest(:suspended) AS suspended, unnest(:stop_due_times) AS stop_due_time,
                 unnest(:turned_times) AS turned_time, unnest(:release_due) AS release_due) AS new
    CROSS JOIN LATERAL (
        SELECT ctid FROM account AS kept WHERE kept.company_id = :company_id AND kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:account_ids))::integer AS changed_all
