-- A person who may log in; no row when the address or number has one (ID-17).
-- in: principal_id id, account_id id, email_index bytes?, password_hash text, operates bool, create_time time
-- out: principal_id id
INSERT INTO principal (principal_id, account_id, email_index, password_hash, operator, create_time)
VALUES (:principal_id, :account_id, :email_index, :password_hash, :operates, :create_time)
ON CONFLICT (email_index) WHERE delete_time IS NULL DO NOTHING
RETURNING principal_id
