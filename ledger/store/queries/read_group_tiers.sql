-- The tiers of a partner's table that counts in a month: of those that begin then or before the last, and of these that which was set last.
-- in: agent_id id, month int64
-- out: from_micros int64, ppm int64
SELECT tier.from_micros, tier.ppm
FROM (
    SELECT month, set_time
    FROM group_tier
    WHERE agent_id = :agent_id AND month <= :month
    ORDER BY month DESC, set_time DESC
    LIMIT 1
) AS newest
CROSS JOIN LATERAL (
    SELECT from_micros, ppm, place
    FROM group_tier
    WHERE agent_id = :agent_id AND group_tier.month = newest.month AND group_tier.set_time = newest.set_time
    ORDER BY place
    LIMIT 10
) AS tier
ORDER BY tier.place
