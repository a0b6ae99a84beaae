-- The roles of two operators, none of whoever is none, and how many administrators and operators there are.
-- in: caller_id id, operator_id id
-- out: caller_roles text, operator_roles text, administrators int64, operators int64
SELECT coalesce((SELECT string_agg(role, ' ') FROM operator_grant WHERE principal_id = :caller_id), '') AS caller_roles,
       coalesce((SELECT string_agg(role, ' ') FROM operator_grant WHERE principal_id = :operator_id), '') AS operator_roles,
       (SELECT count(*) FROM operator_grant WHERE role = 'OPERATOR_ADMINISTRATOR') AS administrators,
       (SELECT count(*) FROM principal WHERE operator AND delete_time IS NULL) AS operators
