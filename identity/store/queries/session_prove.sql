-- A factor was proved in a session, whose token is another from now on; no row: the session has ended.
-- in: session_id id, principal_id id, token_hash bytes, mfa_time time, mfa_kind text, mfa_operation_hash bytes?
-- out: session_id id
UPDATE session SET token_hash = :token_hash, mfa_time = :mfa_time, mfa_kind = :mfa_kind, mfa_operation_hash = :mfa_operation_hash
WHERE session_id = :session_id AND principal_id = :principal_id AND revoke_time IS NULL
RETURNING session_id
