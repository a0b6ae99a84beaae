-- Reads earlier requests of these ids: asked after the lock and in a statement of its own. LATERAL with LIMIT keeps to the primary
-- key, whatever the planner believes about a new, empty table.
SELECT wanted.place, found.body_hash, found.code, found.answer
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS wanted (company_id, request_id, place)
CROSS JOIN LATERAL (
    SELECT body_hash, code, answer
    FROM request
    WHERE request.company_id = wanted.company_id AND request.request_id = wanted.request_id
    LIMIT 1
) AS found
