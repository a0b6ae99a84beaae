-- Gives a role; giving it again changes nothing.
INSERT INTO role_grant (account_id, principal_id, role, grant_time) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
