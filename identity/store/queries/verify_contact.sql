-- A contact is verified, if it still is the one the code was sent to.
-- in: account_id id, channel text, contact_index bytes, verify_time time
-- out: account_id id
UPDATE contact SET verify_time = :verify_time
WHERE account_id = :account_id AND channel = :channel AND contact_index = :contact_index AND verify_time IS NULL
RETURNING account_id
