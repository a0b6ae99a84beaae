fenced AS MATERIALIZED (
    SELECT epoch FROM freeze_fence WHERE place = :fence_place FOR SHARE
),
