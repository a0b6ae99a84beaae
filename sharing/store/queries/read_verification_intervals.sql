-- Every time that an account was verified to its company (SHR-03).
-- in: company_id id, account_id id
-- out: started_time time, ended_time time?
SELECT started_time, ended_time FROM verification
WHERE company_id = :company_id AND account_id = :account_id ORDER BY started_time DESC LIMIT 1000
