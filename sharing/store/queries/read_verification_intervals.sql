-- Every time that an account was verified to its company (SHR-03).
SELECT started_time, ended_time FROM verification
WHERE company_id = $1::uuid AND account_id = $2::uuid ORDER BY started_time DESC LIMIT 1000
