-- Where messages to a principal go: the address of its account, else its own (ID-20); no row: it has neither.
-- in: principal_id id
-- out: sealed bytes
SELECT coalesce(principal.email_sealed, contact.sealed) AS sealed
FROM principal
LEFT JOIN LATERAL (
    SELECT sealed FROM contact WHERE contact.account_id = principal.account_id AND contact.channel = 'EMAIL' LIMIT 1
) AS contact ON true
WHERE principal.principal_id = :principal_id AND coalesce(principal.email_sealed, contact.sealed) IS NOT NULL
