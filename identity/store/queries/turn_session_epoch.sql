-- A session that was being opened begins no more (ID-34).
-- in: principal_id id
UPDATE principal SET session_epoch = session_epoch + 1 WHERE principal_id = :principal_id
