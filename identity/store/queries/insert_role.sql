-- Gives a role; giving it again changes nothing.
-- in: account_id id, principal_id id, role text, grant_time time
INSERT INTO role_grant (account_id, principal_id, role, grant_time) VALUES (:account_id, :principal_id, :role, :grant_time)
ON CONFLICT DO NOTHING
