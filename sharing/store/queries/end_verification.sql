-- The account is verified no more (SHR-03).
-- in: company_id id, account_id id, now time
UPDATE verification SET ended_time = greatest(started_time, :now)
WHERE company_id = :company_id AND account_id = :account_id AND ended_time IS NULL
