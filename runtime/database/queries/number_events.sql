-- Numbers events that are committed and have no position yet, in the order in which they were told; the head is locked. Whatever commits
-- later is numbered later, so no reader goes past it. Of one scope, whose lock orders its writers, who is seen comes after all before it.
WITH waiting AS (
    SELECT place, row_number() OVER (ORDER BY told) AS number
    FROM (SELECT ctid AS place, told FROM outbox WHERE position IS NULL AND told > 0 ORDER BY told LIMIT $1) AS waiting
),
numbered AS (
    UPDATE outbox SET position = outbox_head.position + waiting.number
    FROM waiting, outbox_head
    WHERE outbox.ctid = waiting.place AND outbox_head.one
    RETURNING outbox.position
)
UPDATE outbox_head SET position = position + (SELECT count(*) FROM numbered) WHERE one
RETURNING (SELECT count(*) FROM numbered)
