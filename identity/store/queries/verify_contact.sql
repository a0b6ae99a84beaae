-- A contact is verified, if it still is the one the code was sent to.
UPDATE contact SET verify_time = $4
WHERE account_id = $1 AND channel = $2 AND contact_index = $3 AND verify_time IS NULL
RETURNING account_id
