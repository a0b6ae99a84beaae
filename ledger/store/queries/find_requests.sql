-- Reads the stored answers to earlier requests of these ids and origins, and, unless a step asks, of these ids before there were origins:
-- refusals, and what was accepted before entries had keys. Asked after the lock and in a statement of its own. LATERAL with LIMIT keeps to
-- the primary keys, whatever the planner believes about a new, empty table.
-- in: company_ids id[], request_ids id[], origins id[], is_step bool[]
-- out: place int64, body_hash bytes, code int64, answer bytes
SELECT wanted.place, found.body_hash, found.code, found.answer
FROM unnest(:company_ids, :request_ids, :origins, :is_step) WITH ORDINALITY AS wanted (company_id, request_id, origin, is_step,
    place)
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
