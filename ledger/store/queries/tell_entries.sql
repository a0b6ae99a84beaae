-- Tells the world how far chains grew, and notes it, in one statement. What another process told further meanwhile is left out.
-- In the order of companies, whatever order they were noted in: two processes never wait for each other's rows crosswise.
-- in: company_ids id[], lengths int64[], event_ids id[], payloads bytes[], type text, now time
WITH told AS (
    INSERT INTO told_chain (company_id, length)
    SELECT company_id, length
    FROM unnest(:company_ids, :lengths) AS grown (company_id, length)
    ORDER BY company_id
    ON CONFLICT (company_id) DO UPDATE SET length = excluded.length WHERE told_chain.length < excluded.length
    RETURNING company_id
)
INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
SELECT told.company_id, (:event_ids)[place], :type, (:payloads)[place], :now
FROM (SELECT company_id, array_position(:company_ids, company_id) AS place FROM told) AS told
