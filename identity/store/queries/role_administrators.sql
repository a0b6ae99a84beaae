-- Those who administer an account, a bounded number, and where they are written to: at their own address (ID-20), which an invitation proved,
-- else at that of the account that they opened, once it is proved.
-- in: account_id id
-- out: principal_id id, email_sealed bytes?
SELECT held.principal_id, who.email_sealed
FROM (SELECT principal_id FROM role_grant WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR' OFFSET 0) AS held
CROSS JOIN LATERAL (
    SELECT coalesce(principal.email_sealed, contact.sealed) AS email_sealed FROM principal
    LEFT JOIN LATERAL (
        SELECT sealed FROM contact
        WHERE contact.account_id = principal.account_id AND contact.channel = 'EMAIL' AND verify_time IS NOT NULL LIMIT 1
    ) AS contact ON true
    WHERE principal.principal_id = held.principal_id LIMIT 1
) AS who
ORDER BY held.principal_id
LIMIT 100
