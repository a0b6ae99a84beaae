-- Keeps what was paid of bills; each is looked up by its whole key and changed where it lies, under the lock of its chain.
-- in: company_ids id[], account_ids id[], due_times time[], sequences int64[], paid_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE bill
    SET paid_micros = new.paid_micros
    FROM unnest(:company_ids, :account_ids, :due_times, :sequences, :paid_micros) AS new (company_id, account_id, due_time,
        sequence, paid_micros)
    CROSS JOIN LATERAL (
        SELECT ctid
        FROM bill AS kept
        WHERE kept.company_id = new.company_id AND kept.account_id = new.account_id AND kept.due_time = new.due_time
            AND kept.sequence = new.sequence
        LIMIT 1
    ) AS place
    WHERE bill.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:company_ids))::integer AS changed_all
