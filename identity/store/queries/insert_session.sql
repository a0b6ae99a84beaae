-- A session, whose principal is locked; of the token only its hash is kept. It knows when a factor was proved on its device before (ID-43).
-- in: session_id id, principal_id id, token_hash bytes, device text, device_hash bytes, network text, create_time time
INSERT INTO session (session_id, principal_id, token_hash, device, device_hash, network, create_time, use_time, device_proof_time)
VALUES (:session_id, :principal_id, :token_hash, :device, :device_hash, :network, :create_time, :create_time,
    (SELECT max(greatest(earlier.mfa_time, earlier.device_proof_time)) FROM session AS earlier
     WHERE earlier.device_hash = :device_hash AND (earlier.principal_id = :principal_id) IS TRUE))
