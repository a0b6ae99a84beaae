-- Every time that some accounts had a share of some assets.
-- in: company_id id, asset_ids id[], account_ids id[], limit int64
-- out: asset_id id, account_id id, organization_id id, started_time time, ended_time time?
SELECT asked.asset_id, account_id, organization_id, started_time, ended_time
FROM unnest(:asset_ids) AS asked (asset_id)
CROSS JOIN LATERAL (
    SELECT account_id, organization_id, active_from_time AS started_time, ended_time
    FROM share
    WHERE company_id = :company_id AND share.asset_id = asked.asset_id AND account_id = ANY (:account_ids)
    LIMIT :limit
) AS share
ORDER BY asset_id, account_id, started_time
LIMIT :limit
