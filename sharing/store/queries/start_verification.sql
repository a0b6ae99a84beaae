-- The account is verified from now on, unless it is already (SHR-03); after the end of the last time, whatever the clock says.
-- in: company_id id, account_id id, started_time time
INSERT INTO verification (company_id, account_id, started_time)
VALUES (:company_id, :account_id, greatest(:started_time, (
    SELECT ended_time + interval '1 microsecond' FROM verification
    WHERE company_id = :company_id AND account_id = :account_id
    ORDER BY started_time DESC LIMIT 1)))
ON CONFLICT (company_id, account_id) WHERE ended_time IS NULL DO NOTHING
