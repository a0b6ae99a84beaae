-- Reads earlier requests of these ids and origins, and, unless a step asks, of these ids before there were origins: asked after the lock
-- and in a statement of its own. LATERAL with LIMIT keeps to the primary keys, whatever the planner believes about a new, empty table.
SELECT wanted.place, found.body_hash, found.code, found.answer
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[]) WITH ORDINALITY AS wanted (company_id, request_id, origin, is_step, place)
CROSS JOIN LATERAL (
    (SELECT body_hash, code, answer
     FROM request
     WHERE request.company_id = wanted.company_id AND request.request_id = wanted.request_id AND request.origin = wanted.origin
     LIMIT 1)
    UNION ALL
    (SELECT body_hash, code, answer
     FROM request_before AS before
     WHERE before.company_id = wanted.company_id AND before.request_id = wanted.request_id AND NOT wanted.is_step
     LIMIT 1)
    LIMIT 1
) AS found
