-- Uses up a recovery code; no row: it was used before, or is none.
-- in: principal_id id, code_mac bytes, use_time time
-- out: code_mac bytes
UPDATE recovery_code SET use_time = :use_time WHERE principal_id = :principal_id AND code_mac = :code_mac AND use_time IS NULL
RETURNING code_mac
