-- How far the audit is that began then: what it found counts at once. No row: another has taken its place.
-- in: begun_time time, lease_time time, findings int64
UPDATE audit_run SET lease_time = :lease_time, findings = greatest(findings, :findings)
WHERE one AND begun_time = :begun_time
