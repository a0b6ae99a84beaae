-- The last audit that ended, whoever ran it.
-- out: begun_time time, ended_time time, companies int64, findings int64
SELECT begun_time, ended_time, companies, findings FROM audit_run WHERE one
