-- A program's roles in the place of all that it had.
-- in: account_id id, program_id id, roles text[], subtree bool, granted_by id, now time
WITH taken AS (
    DELETE FROM role_grant WHERE account_id = :account_id AND principal_id = :program_id AND role <> ALL (:roles)
)
INSERT INTO role_grant (account_id, principal_id, role, grant_time, subtree, granted_by)
SELECT :account_id, :program_id, role, :now, :subtree, :granted_by FROM unnest(:roles) AS given (role)
ON CONFLICT (account_id, principal_id, role) DO UPDATE SET subtree = excluded.subtree, granted_by = excluded.granted_by
