-- Keeps what was refunded to lots; each is looked up by its whole key and changed where it lies, under the lock of its chain.
-- in: company_ids id[], purchase_sequences int64[], lot_sequences int64[], refunded_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE purchase_lot
    SET refunded_micros = new.refunded_micros
    FROM unnest(:company_ids, :purchase_sequences, :lot_sequences, :refunded_micros) AS new (company_id, purchase_sequence,
        lot_sequence, refunded_micros)
    CROSS JOIN LATERAL (
        SELECT ctid
        FROM purchase_lot AS kept
        WHERE kept.company_id = new.company_id AND kept.purchase_sequence = new.purchase_sequence
            AND kept.lot_sequence = new.lot_sequence
        LIMIT 1
    ) AS place
    WHERE purchase_lot.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:company_ids))::integer AS changed_all
