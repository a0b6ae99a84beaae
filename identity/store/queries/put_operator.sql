-- The operator of the settings: made when missing, its password brought up to date; a customer's address is left alone.
-- in: principal_id id, email_index bytes, password_hash text, create_time time, roles text[]
-- out: principal_id id
WITH put AS (
    INSERT INTO principal (principal_id, email_index, password_hash, operator, create_time)
    VALUES (:principal_id, :email_index, :password_hash, true, :create_time)
    ON CONFLICT (email_index) WHERE delete_time IS NULL DO UPDATE SET password_hash = excluded.password_hash
        WHERE principal.operator
    RETURNING principal_id
), given AS (
    INSERT INTO operator_grant (principal_id, role, grant_time)
    SELECT principal_id, role, :create_time FROM put, unnest(:roles) AS role
    ON CONFLICT DO NOTHING
) SELECT principal_id FROM put
