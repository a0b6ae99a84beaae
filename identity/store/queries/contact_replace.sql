-- An account has another contact, which is verified.
-- in: account_id id, channel text, sealed bytes, contact_index bytes, verify_time time
UPDATE contact SET sealed = :sealed, contact_index = :contact_index, verify_time = :verify_time
WHERE account_id = :account_id AND channel = :channel
