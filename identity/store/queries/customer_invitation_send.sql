-- An invitation is sent again, with another token.
-- in: invitation_id id, token_hash bytes, message_id id, send_time time, resends int64
UPDATE customer_invitation SET token_hash = :token_hash, message_id = :message_id, send_time = :send_time, resends = :resends, open_time = NULL
WHERE invitation_id = :invitation_id
