-- A role of an account's own; nothing when it has another of the name.
-- in: role_id id, account_id id, name text, allows text, denies text, written_by id, now time
-- out: role_id id
INSERT INTO custom_role (role_id, account_id, name, allows, denies, written_by, create_time, update_time)
VALUES (:role_id, :account_id, :name, :allows, :denies, :written_by, :now, :now)
ON CONFLICT (account_id, name) DO NOTHING
RETURNING role_id
