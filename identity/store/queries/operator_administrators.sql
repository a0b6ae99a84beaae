-- Who administers operators, and where they are told of it.
-- out: principal_id id, email_sealed bytes?
SELECT held.principal_id, who.email_sealed FROM operator_grant AS held
CROSS JOIN LATERAL (
    SELECT email_sealed FROM principal WHERE principal.principal_id = held.principal_id AND (delete_time IS NULL) IS TRUE LIMIT 1
) AS who
WHERE held.role = 'OPERATOR_ADMINISTRATOR'
LIMIT 500
