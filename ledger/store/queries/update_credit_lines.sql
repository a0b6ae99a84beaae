-- Keeps what companies allocated; each is looked up by its whole key and changed where it lies, under the lock of its chain.
-- in: company_ids id[], currencies text[], allocated_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE credit_line
    SET allocated_micros = new.allocated_micros
    FROM unnest(:company_ids, :currencies, :allocated_micros) AS new (company_id, currency, allocated_micros)
    CROSS JOIN LATERAL (
        SELECT ctid FROM credit_line AS kept WHERE kept.company_id = new.company_id AND kept.currency = new.currency LIMIT 1
    ) AS place
    WHERE credit_line.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:company_ids))::integer AS changed_all
