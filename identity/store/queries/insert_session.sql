-- A session; of the token only its hash is kept. No row when the password, or the epoch, is another than the one that was looked at: a
-- change of the password, and the end of all sessions, end those that are just being opened too (ID-34). It knows when a factor was
-- proved on its device before (ID-43).
-- in: session_id id, principal_id id, token_hash bytes, device text, device_hash bytes, network text, password_hash text, session_epoch int64,
-- in: create_time time
-- out: session_id id
INSERT INTO session (session_id, principal_id, token_hash, device, device_hash, network, create_time, use_time, device_proof_time)
SELECT :session_id, principal_id, :token_hash, :device, :device_hash, :network, :create_time, :create_time,
    (SELECT max(greatest(earlier.mfa_time, earlier.device_proof_time)) FROM session AS earlier
     WHERE earlier.device_hash = :device_hash AND (earlier.principal_id = principal.principal_id) IS TRUE)
FROM principal
WHERE principal_id = :principal_id AND password_hash = :password_hash AND session_epoch = :session_epoch AND (delete_time IS NULL) IS TRUE
FOR SHARE
RETURNING session_id
