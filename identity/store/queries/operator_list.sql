-- Operators after one, in the order of their ids.
-- in: after_id id, limit int64
-- out: principal_id id, email_sealed bytes?, name_sealed bytes?, roles text, has_factor bool, create_time time
SELECT principal_id, email_sealed, name_sealed,
       coalesce((SELECT string_agg(role, ' ') FROM operator_grant AS held WHERE held.principal_id = principal.principal_id), '') AS roles,
       EXISTS (SELECT FROM factor WHERE factor.principal_id = principal.principal_id AND (confirm_time IS NOT NULL) IS TRUE) AS has_factor,
       create_time
FROM principal WHERE operator AND delete_time IS NULL AND (principal_id > :after_id) IS TRUE
ORDER BY principal_id
LIMIT :limit
