-- Keeps what counts for caps; each is looked up by its key and changed where it lies, under its lock.
-- in: account_ids id[], month_start_times time[], month_end_times time[], spent_micros int64[], reserved_micros int64[], exceeded_told bool[]
-- out: changed_all int64
WITH changed AS (
    UPDATE spending_cap
    SET month_start_time = new.month_start_time, month_end_time = new.month_end_time, spent_micros = new.spent_micros,
        reserved_micros = new.reserved_micros, exceeded_told = new.exceeded_told
    FROM unnest(:account_ids, :month_start_times, :month_end_times, :spent_micros, :reserved_micros, :exceeded_told)
        AS new (account_id, month_start_time, month_end_time, spent_micros, reserved_micros, exceeded_told)
    CROSS JOIN LATERAL (
        SELECT ctid FROM spending_cap AS kept WHERE kept.account_id = new.account_id LIMIT 1
    ) AS place
    WHERE spending_cap.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:account_ids))::integer AS changed_all
