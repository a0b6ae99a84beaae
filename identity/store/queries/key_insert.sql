-- A key; of its secret, or its certificate, only the hash is kept. It reaches below the account if its program
-- does now (GW-13). No row when the same is somebody's already.
-- in: key_id id, program_id id, kind text, secret_hash bytes, prefix text, name text, allows text, denies text, addresses text, made_by id,
-- in: create_time time, expire_time time, begin_time time?
-- out: key_id id
INSERT INTO program_key (key_id, principal_id, kind, secret_hash, prefix, name, allows, denies, addresses, made_by, create_time, expire_time,
    begin_time, reaches_below)
VALUES (:key_id, :program_id, :kind, :secret_hash, :prefix, :name, :allows, :denies, :addresses, :made_by, :create_time, :expire_time,
    :begin_time, EXISTS (SELECT FROM role_grant WHERE role_grant.principal_id = :program_id AND subtree IS TRUE))
ON CONFLICT (secret_hash) WHERE revoke_time IS NULL DO NOTHING
RETURNING key_id
