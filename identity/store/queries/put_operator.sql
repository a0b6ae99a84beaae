-- The operator of the settings: made when missing, its password brought up to date; a customer's address is left alone.
INSERT INTO principal (principal_id, email_index, password_hash, operator, create_time)
VALUES ($1, $2, $3, true, $4)
ON CONFLICT (email_index) WHERE delete_time IS NULL DO UPDATE SET password_hash = excluded.password_hash
    WHERE principal.operator
RETURNING principal_id
