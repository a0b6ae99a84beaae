asked AS MATERIALIZED (
    SELECT count(*) AS count
    FROM (SELECT unnest(:asked_company_ids) AS company_id, unnest(:asked_request_ids) AS request_id, unnest(:asked_origins) AS origin,
                 unnest(:asked_is_step) AS is_step) AS new
    WHERE (SELECT request.request_id
           FROM request
           WHERE request.company_id = new.company_id AND request.request_id = new.request_id AND request.origin = new.origin
           LIMIT 1) IS NOT NULL
        OR (NOT is_step AND (SELECT before.request_id
                             FROM request_before AS before
                             WHERE before.company_id = new.company_id AND before.request_id = new.request_id
                             LIMIT 1) IS NOT NULL)
),
