-- The account is verified no more (SHR-03).
UPDATE verification SET ended_time = greatest(started_time, $3::timestamptz)
WHERE company_id = $1::uuid AND account_id = $2::uuid AND ended_time IS NULL
