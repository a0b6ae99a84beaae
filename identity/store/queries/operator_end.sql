-- An operator's log-in ends for good; its address is free.
-- in: principal_id id, now time
UPDATE principal SET delete_time = :now WHERE principal_id = :principal_id AND operator AND delete_time IS NULL
