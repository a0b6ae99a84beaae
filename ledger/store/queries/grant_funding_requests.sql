-- Notes which allocations granted what was asked; where one was declined or taken back meanwhile, the batch is decided again.
-- in: funding_request_ids id[], transfer_ids id[], granted_micros int64[], end_times time[]
-- out: granted_all int64
WITH granted AS (
    UPDATE funding_request
    SET state = 2, transfer_id = new.transfer_id, granted_micros = new.granted_micros, end_time = new.end_time
    FROM unnest(:funding_request_ids, :transfer_ids, :granted_micros, :end_times) AS new (funding_request_id, transfer_id, granted_micros, end_time)
    CROSS JOIN LATERAL (
        SELECT ctid FROM funding_request AS kept WHERE kept.funding_request_id = new.funding_request_id LIMIT 1
    ) AS place
    WHERE funding_request.ctid = place.ctid AND funding_request.state <= 1
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM granted) = cardinality(:funding_request_ids))::integer AS granted_all
