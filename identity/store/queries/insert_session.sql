-- A session; of the token only its hash is kept.
-- in: session_id id, principal_id id, token_hash bytes, device text, create_time time
INSERT INTO session (session_id, principal_id, token_hash, device, create_time, use_time) VALUES (:session_id, :principal_id,
    :token_hash, :device, :create_time, :create_time)
