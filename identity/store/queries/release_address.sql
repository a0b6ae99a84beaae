-- S10: an address or number (channel: which of both) that its principal never verified is free for whoever verifies it; the account stays,
-- without a way to log in by it.
-- in: email_index bytes, channel text
UPDATE principal SET email_index = sha256(uuid_send(principal_id))
WHERE email_index = :email_index AND delete_time IS NULL AND NOT operator AND account_id IS NOT NULL
  AND (SELECT verify_time FROM contact WHERE contact.account_id = principal.account_id AND channel = :channel LIMIT 1) IS NULL
