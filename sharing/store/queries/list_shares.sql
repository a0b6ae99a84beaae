-- The shares of an asset, ended ones too, newest first, before the one that the last page ended with.
-- in: company_id id, asset_id id, account_id id?, state int64, start_time time?, end_time time?, before_id id, limit int64
-- out: account_id id, organization_id id, active_from_time time, ended_time time?, share_id id
SELECT account_id, organization_id, active_from_time, ended_time, share_id
FROM share
WHERE company_id = :company_id AND asset_id = :asset_id AND share_id < :before_id
    AND (:account_id IS NULL OR account_id = :account_id) AND (:state = 0 OR (ended_time IS NULL) = (:state = 1))
    AND (:start_time IS NULL OR active_from_time >= :start_time) AND (:end_time IS NULL OR active_from_time < :end_time)
ORDER BY share_id DESC
LIMIT :limit
