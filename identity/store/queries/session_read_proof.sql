-- What was proved in a session last.
-- in: session_id id, principal_id id
-- out: mfa_time time?, mfa_kind text?
SELECT mfa_time, mfa_kind FROM session WHERE session_id = :session_id AND principal_id = :principal_id
