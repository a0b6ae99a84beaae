-- A program's roles in the place of all that it had.
-- in: account_id id, program_id id, roles text[], custom_role_ids id[], subtree bool, granted_by id, now time
WITH taken AS (
    DELETE FROM role_grant WHERE account_id = :account_id AND principal_id = :program_id
        AND CASE WHEN custom_role_id IS NULL THEN role <> ALL (:roles) ELSE custom_role_id <> ALL (:custom_role_ids) END
)
INSERT INTO role_grant (account_id, principal_id, role, custom_role_id, grant_time, subtree, granted_by)
SELECT :account_id, :program_id, role, custom_role_id, :now, :subtree, :granted_by
FROM (
    SELECT role, NULL::uuid AS custom_role_id FROM unnest(:roles) AS given (role)
    UNION ALL
    SELECT role_id::text, role_id FROM unnest(:custom_role_ids) AS own (role_id)
) AS given
ON CONFLICT (account_id, principal_id, role) DO UPDATE SET subtree = excluded.subtree, granted_by = excluded.granted_by
