-- A person who may log in, with an account of its own or else an address (ID-20); no row when the address or number has one (ID-17).
-- in: principal_id id, account_id id?, email_index bytes?, password_hash text, operates bool, create_time time, email_sealed bytes?,
-- in: name_sealed bytes?
-- out: principal_id id
INSERT INTO principal (principal_id, account_id, email_index, password_hash, operator, create_time, email_sealed, name_sealed)
VALUES (:principal_id, :account_id, :email_index, :password_hash, :operates, :create_time, :email_sealed, :name_sealed)
ON CONFLICT (email_index) WHERE delete_time IS NULL DO NOTHING
RETURNING principal_id
