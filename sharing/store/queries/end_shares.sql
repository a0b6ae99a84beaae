-- Ends the shares of an asset with accounts; one not yet active ends where it would have begun.
-- in: company_id id, asset_id id, account_ids id[], now time
UPDATE share SET ended_time = greatest(:now, active_from_time)
WHERE company_id = :company_id AND asset_id = :asset_id AND account_id = ANY (:account_ids) AND ended_time IS NULL
