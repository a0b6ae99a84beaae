-- Keeps what was refunded of purchases; each is looked up by its whole key and changed where it lies, under the lock of its chain.
-- in: company_ids id[], sequences int64[], refunded_transferred_in_micros int64[], refunded_own_micros int64[],
-- in: refunded_refund_credit_micros int64[], refunded_credit_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE purchase
    SET refunded_transferred_in_micros = new.transferred_in_micros, refunded_own_micros = new.own_micros,
        refunded_refund_credit_micros = new.refund_credit_micros, refunded_credit_micros = new.credit_micros
    FROM unnest(:company_ids, :sequences, :refunded_transferred_in_micros, :refunded_own_micros, :refunded_refund_credit_micros,
        :refunded_credit_micros)
        AS new (company_id, sequence, transferred_in_micros, own_micros, refund_credit_micros, credit_micros)
    CROSS JOIN LATERAL (
        SELECT ctid FROM purchase AS kept WHERE kept.company_id = new.company_id AND kept.sequence = new.sequence LIMIT 1
    ) AS place
    WHERE purchase.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:company_ids))::integer AS changed_all
