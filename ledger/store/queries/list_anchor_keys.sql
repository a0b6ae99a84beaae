-- The public keys that anchors were ever signed with, the first used first.
-- out: public_key bytes, used_time time
SELECT public_key, used_time
FROM anchor_key
ORDER BY used_time, public_key
LIMIT 100
