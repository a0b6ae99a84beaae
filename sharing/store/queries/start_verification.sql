-- The account is verified from now on, unless it is already (SHR-03).
-- in: company_id id, account_id id, started_time time
INSERT INTO verification (company_id, account_id, started_time)
VALUES (:company_id, :account_id, :started_time)
ON CONFLICT (company_id, account_id) WHERE ended_time IS NULL DO NOTHING
