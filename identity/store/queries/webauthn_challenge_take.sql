-- Takes away the challenge of a session, so that it works once, whatever the answer is worth.
-- in: session_id id, purpose text
-- out: nonce bytes, create_time time
DELETE FROM webauthn_challenge WHERE session_id = :session_id AND purpose = :purpose RETURNING nonce, create_time
