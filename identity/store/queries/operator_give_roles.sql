-- Somebody who operates has these roles, beside those held already; granted_by: NULL of the first one.
-- in: principal_id id, roles text[], granted_by id?, grant_time time
INSERT INTO operator_grant (principal_id, role, granted_by, grant_time)
SELECT :principal_id, role, :granted_by, :grant_time FROM unnest(:roles) AS role
ON CONFLICT DO NOTHING
