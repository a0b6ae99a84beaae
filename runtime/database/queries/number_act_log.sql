-- Numbers acts that are committed and have no position yet, in the order in which they were told; the head is locked. Whatever commits later
-- is numbered later, so no reader goes past it.
-- in: limit int64
-- out: numbered int64
WITH waiting AS MATERIALIZED (
    SELECT ARRAY(SELECT ctid FROM act_log WHERE position IS NULL AND told > 0 ORDER BY told LIMIT :limit) AS places
),
numbered AS (
    UPDATE act_log
    SET position = (SELECT position FROM act_log_head WHERE one) + array_position((SELECT places FROM waiting), act_log.ctid)
    WHERE ctid = ANY ((SELECT places FROM waiting)::tid[])
    RETURNING act_log.position
)
UPDATE act_log_head SET position = position + (SELECT count(*) FROM numbered) WHERE one
RETURNING (SELECT count(*) FROM numbered) AS numbered
