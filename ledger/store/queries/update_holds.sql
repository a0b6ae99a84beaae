-- Keeps what became of holds; each is looked up by its whole key and changed where it lies, under the lock of its chain.
WITH changed AS (
    UPDATE hold
    SET state = new.state, captured_micros = new.captured_micros
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) AS new (company_id, sequence, state, captured_micros)
    CROSS JOIN LATERAL (
        SELECT ctid FROM hold AS kept WHERE kept.company_id = new.company_id AND kept.sequence = new.sequence LIMIT 1
    ) AS place
    WHERE hold.ctid = place.ctid
    RETURNING 1
)
SELECT 1 / ((SELECT count(*) FROM changed) = cardinality($1))::integer
