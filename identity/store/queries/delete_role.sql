-- Takes a role.
DELETE FROM role_grant WHERE account_id = $1 AND principal_id = $2 AND role = $3
