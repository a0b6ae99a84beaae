-- The account is verified from now on, unless it is already (SHR-03).
INSERT INTO verification (company_id, account_id, started_time)
VALUES ($1::uuid, $2::uuid, $3::timestamptz)
ON CONFLICT (company_id, account_id) WHERE ended_time IS NULL DO NOTHING
