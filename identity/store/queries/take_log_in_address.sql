-- S10: the account's owner logs in by the address from now on; no row when it logs in to somebody else (ID-17).
UPDATE principal SET email_index = $2
WHERE principal_id = $1
  AND NOT EXISTS (SELECT FROM principal AS other WHERE other.email_index = $2 AND other.delete_time IS NULL OFFSET 0)
RETURNING principal_id
