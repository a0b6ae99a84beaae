-- A new challenge of a session, in the place of an earlier one.
-- in: session_id id, purpose text, nonce bytes, create_time time
INSERT INTO webauthn_challenge (session_id, purpose, nonce, create_time) VALUES (:session_id, :purpose, :nonce, :create_time)
ON CONFLICT (session_id, purpose) DO UPDATE SET nonce = excluded.nonce, create_time = excluded.create_time
