-- A person who may log in; no row when the address or number has one (ID-17).
INSERT INTO principal (principal_id, account_id, email_index, password_hash, operator, create_time)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (email_index) WHERE delete_time IS NULL DO NOTHING
RETURNING principal_id
