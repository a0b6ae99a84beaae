-- A principal has another password; no row when the old one is not what was looked at (NULL: it does not matter).
-- in: principal_id id, old_hash text?, password_hash text
-- out: principal_id id
UPDATE principal SET password_hash = :password_hash
WHERE principal_id = :principal_id AND (delete_time IS NULL) IS TRUE AND (:old_hash IS NULL OR password_hash = :old_hash)
RETURNING principal_id
