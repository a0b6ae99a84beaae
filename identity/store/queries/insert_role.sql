-- Gives a role; giving it again sets anew whether it holds in the subtree.
-- in: account_id id, principal_id id, role text, custom_role_id id?, grant_time time, subtree bool, granted_by id
INSERT INTO role_grant (account_id, principal_id, role, custom_role_id, grant_time, subtree, granted_by)
VALUES (:account_id, :principal_id, :role, :custom_role_id, :grant_time, :subtree, :granted_by)
ON CONFLICT (account_id, principal_id, role) DO UPDATE SET subtree = excluded.subtree, granted_by = excluded.granted_by
