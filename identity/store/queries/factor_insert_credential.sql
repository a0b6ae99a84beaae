-- A passkey that counts at once; no row: somebody has it already.
-- in: factor_id id, principal_id id, name text, credential_id bytes, public_key bytes, algorithm int64, counter int64, create_time time
-- out: factor_id id
INSERT INTO factor (factor_id, principal_id, kind, name, credential_id, public_key, algorithm, counter, create_time, confirm_time, use_time)
VALUES (:factor_id, :principal_id, 'WEBAUTHN', :name, :credential_id, :public_key, :algorithm, :counter, :create_time, :create_time, :create_time)
ON CONFLICT (credential_id) WHERE credential_id IS NOT NULL DO NOTHING
RETURNING factor_id
