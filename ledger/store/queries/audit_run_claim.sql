-- Begins an audit, if the last one ended by then and nobody has one in hand.
-- in: now time, ended_before_time time, lease_time time
UPDATE audit_run SET begun_time = :now, lease_time = :lease_time
WHERE one AND lease_time <= :now AND ended_time <= :ended_before_time
