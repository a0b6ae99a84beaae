-- Takes a role.
-- in: account_id id, principal_id id, role text
DELETE FROM role_grant WHERE account_id = :account_id AND principal_id = :principal_id AND role = :role
