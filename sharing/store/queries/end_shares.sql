-- Ends the shares of an asset with accounts; one not yet active ends where it would have begun.
UPDATE share SET ended_time = greatest($4::timestamptz, active_from_time)
WHERE company_id = $1::uuid AND asset_id = $2::uuid AND account_id = ANY ($3::uuid[]) AND ended_time IS NULL
