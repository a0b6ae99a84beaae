-- A principal has another password; no row when the old one is not what was looked at. NULL: a code came in its place, which is enough
-- for nobody who operates.
-- in: principal_id id, old_hash text?, password_hash text
-- out: principal_id id
UPDATE principal SET password_hash = :password_hash
WHERE principal_id = :principal_id AND (delete_time IS NULL) IS TRUE AND (CASE WHEN :old_hash IS NULL THEN NOT operator ELSE password_hash = :old_hash END)
RETURNING principal_id
