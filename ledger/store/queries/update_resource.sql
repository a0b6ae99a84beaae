-- Keeps how a resource is now, which is held.
-- in: registration_id id, state int64, version int64, end_time time?, auto_renew bool, charges bool, change_time time
UPDATE resource
SET state = :state, version = :version, end_time = :end_time, auto_renew = :auto_renew, charges = :charges, change_time = :change_time
WHERE registration_id = :registration_id
