-- A program with its roles: a principal without an address and a password, whom nobody logs in as.
-- in: program_id id, account_id id, name text, made_by id, create_time time, roles text[], custom_role_ids id[], subtree bool
WITH principal AS (
    INSERT INTO principal (principal_id, account_id, email_index, password_hash, create_time)
    VALUES (:program_id, :account_id, uuid_send(:program_id), '', :create_time) -- an index that no address has
), given AS (
    INSERT INTO role_grant (account_id, principal_id, role, custom_role_id, grant_time, subtree, granted_by)
    SELECT :account_id, :program_id, role, custom_role_id, :create_time, :subtree, :made_by
    FROM (
        SELECT role, NULL::uuid AS custom_role_id FROM unnest(:roles) AS given (role)
        UNION ALL
        SELECT role_id::text, role_id FROM unnest(:custom_role_ids) AS own (role_id)
    ) AS given
)
INSERT INTO program (principal_id, account_id, name, made_by, create_time) VALUES (:program_id, :account_id, :name, :made_by, :create_time)
