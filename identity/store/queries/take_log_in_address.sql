-- S10: the account's owner logs in by the address from now on; no row when it logs in to somebody else (ID-17).
-- in: principal_id id, email_index bytes
-- out: principal_id id
UPDATE principal SET email_index = :email_index
WHERE principal_id = :principal_id
  AND NOT EXISTS (SELECT FROM principal AS other WHERE other.email_index = :email_index AND other.delete_time IS NULL OFFSET 0)
RETURNING principal_id
