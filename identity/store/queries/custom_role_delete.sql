-- Deletes a role that nobody has.
-- in: role_id id
DELETE FROM custom_role WHERE role_id = :role_id
