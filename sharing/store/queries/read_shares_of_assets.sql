-- The times that some accounts had a share of some assets, of those that are within the hours from start_time until end_time, and the newest.
-- in: company_id id, asset_ids id[], account_ids id[], start_time time, end_time time, limit int64
-- out: asset_id id, account_id id, organization_id id, started_time time, ended_time time?
SELECT asked.asset_id, account_id, organization_id, started_time, ended_time
FROM unnest(:asset_ids) AS asked (asset_id)
CROSS JOIN LATERAL (
    SELECT account_id, organization_id, active_from_time AS started_time, ended_time
    FROM share
    WHERE company_id = :company_id AND share.asset_id = asked.asset_id AND account_id = ANY (:account_ids)
        AND (active_from_time < :end_time AND (ended_time IS NULL OR ended_time > :start_time)
            OR NOT EXISTS (
                SELECT FROM share AS newer
                WHERE newer.company_id = :company_id AND newer.asset_id = share.asset_id AND newer.account_id = share.account_id
                    AND newer.share_id > share.share_id
                LIMIT 1
            ))
    LIMIT :limit
) AS share
ORDER BY asset_id, account_id, started_time
LIMIT :limit
