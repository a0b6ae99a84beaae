-- Whether a principal who may be a member logs in by an address.
-- in: principal_id id, email_index bytes
-- out: found bool
SELECT EXISTS (SELECT FROM principal WHERE principal_id = :principal_id AND email_index = :email_index AND delete_time IS NULL
    AND NOT operator) AS found
