-- The end of the audit that began then.
-- in: begun_time time, ended_time time, companies int64, findings int64
UPDATE audit_run SET lease_time = :ended_time, ended_time = :ended_time, companies = :companies, findings = :findings
WHERE one AND begun_time = :begun_time
