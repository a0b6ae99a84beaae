-- Keeps what became of holds; each is looked up by its whole key and changed where it lies, under the lock of its chain.
-- in: company_ids id[], sequences int64[], states int64[], captured_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE hold
    SET state = new.state, captured_micros = new.captured_micros
    FROM unnest(:company_ids, :sequences, :states, :captured_micros) AS new (company_id, sequence, state, captured_micros)
    CROSS JOIN LATERAL (
        SELECT ctid FROM hold AS kept WHERE kept.company_id = new.company_id AND kept.sequence = new.sequence LIMIT 1
    ) AS place
    WHERE hold.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:company_ids))::integer AS changed_all
