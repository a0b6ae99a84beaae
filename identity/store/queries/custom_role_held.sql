-- How many of these roles the account has, and how many others of its own a principal has in it.
-- in: account_id id, principal_id id, role_ids id[]
-- out: known int64, others int64
SELECT (SELECT count(*) FROM custom_role WHERE role_id = ANY (:role_ids) AND (account_id = :account_id) IS TRUE) AS known, -- not for an index
       (SELECT count(*) FROM role_grant WHERE role_grant.account_id = :account_id AND role_grant.principal_id = :principal_id
            AND (custom_role_id IS NOT NULL AND custom_role_id <> ALL (:role_ids)) IS TRUE) AS others
