-- Where messages to a principal go; no row: it has no account of its own.
-- in: principal_id id
-- out: sealed bytes
SELECT contact.sealed
FROM principal
CROSS JOIN LATERAL (
    SELECT sealed FROM contact WHERE contact.account_id = principal.account_id AND contact.channel = 'EMAIL' LIMIT 1
) AS contact
WHERE principal.principal_id = :principal_id
