-- Numbers events that are committed and have no position yet, in the order in which they were told; the head is locked. Whatever commits
-- later is numbered later, so no reader goes past it. Of one scope, whose lock orders its writers, who is seen comes after all before it.
-- in: limit int64
-- out: numbered int64
WITH waiting AS MATERIALIZED (
    SELECT ARRAY(SELECT ctid FROM outbox WHERE position IS NULL AND told > 0 ORDER BY told LIMIT :limit) AS places
),
numbered AS (
    UPDATE outbox
    SET position = (SELECT position FROM outbox_head WHERE one) + array_position((SELECT places FROM waiting), outbox.ctid)
    WHERE ctid = ANY ((SELECT places FROM waiting)::tid[])
    RETURNING outbox.position
)
UPDATE outbox_head SET position = position + (SELECT count(*) FROM numbered) WHERE one
RETURNING (SELECT count(*) FROM numbered) AS numbered
