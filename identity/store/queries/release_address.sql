-- S10: an address or number ($2: which of both) that its principal never verified is free for whoever verifies it; the account stays,
-- without a way to log in by it.
UPDATE principal SET email_index = sha256(uuid_send(principal_id))
WHERE email_index = $1 AND delete_time IS NULL AND NOT operator
  AND (SELECT verify_time FROM contact WHERE contact.account_id = principal.account_id AND channel = $2 LIMIT 1) IS NULL
