-- Writes a role anew; nothing when the account has another of the name. The account is locked.
-- in: role_id id, account_id id, name text, allows text, denies text, written_by id, now time
-- out: role_id id
UPDATE custom_role SET name = :name, allows = :allows, denies = :denies, written_by = :written_by, update_time = :now
WHERE role_id = :role_id
  AND NOT EXISTS (SELECT FROM custom_role AS other WHERE other.account_id = :account_id AND other.name = :name AND other.role_id <> :role_id)
RETURNING role_id
