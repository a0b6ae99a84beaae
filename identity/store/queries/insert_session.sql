-- A session; of the token only its hash is kept.
INSERT INTO session (session_id, principal_id, token_hash, device, create_time, use_time) VALUES ($1, $2, $3, $4, $5, $5)
