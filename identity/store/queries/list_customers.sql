-- Accounts by one thing that is known of a customer, newest first, each with its contacts and the company that it has, or submitted last. By
-- the index of an address or number also those whose member logs in by it.
-- in: contact_index bytes?, number text?, name text?, account_id id?, before_id id, limit int64
-- out: account_id id, type text?, country text, create_time time, email_sealed bytes, phone_sealed bytes?, company_name text?,
-- out: company_number text?, company_state text?
WITH found AS MATERIALIZED (
    SELECT account_id
    FROM (
        (SELECT account_id FROM contact WHERE contact_index = :contact_index AND account_id < :before_id
         GROUP BY account_id ORDER BY account_id DESC LIMIT :limit)
        UNION
        (SELECT held.account_id
         FROM (SELECT principal_id FROM principal WHERE email_index = :contact_index AND delete_time IS NULL LIMIT 1) AS person
         CROSS JOIN LATERAL (SELECT account_id FROM role_grant WHERE role_grant.principal_id = person.principal_id LIMIT 1000) AS held
         WHERE held.account_id < :before_id
         GROUP BY held.account_id ORDER BY held.account_id DESC LIMIT :limit)
        UNION
        (SELECT account_id FROM company_submission WHERE number = :number AND account_id < :before_id
         GROUP BY account_id ORDER BY account_id DESC LIMIT :limit)
        UNION
        (SELECT account_id FROM company_submission
         WHERE lower(name) COLLATE "C" >= lower(:name) AND lower(name) COLLATE "C" < lower(:name) || chr(1114111) AND account_id < :before_id
         GROUP BY account_id ORDER BY account_id DESC LIMIT :limit)
        UNION
        (SELECT account_id FROM account WHERE account_id = :account_id AND account_id < :before_id)
    ) AS any_way
    ORDER BY account_id DESC
    LIMIT :limit
)
SELECT account.account_id, account.type, account.country, account.create_time, email.sealed AS email_sealed, phone.sealed AS phone_sealed,
       company.name AS company_name, company.number AS company_number, company.state AS company_state
FROM found
CROSS JOIN LATERAL (SELECT * FROM account WHERE account.account_id = found.account_id LIMIT 1) AS account
CROSS JOIN LATERAL (SELECT sealed FROM contact WHERE contact.account_id = found.account_id AND channel = 'EMAIL' LIMIT 1) AS email
LEFT JOIN LATERAL (SELECT sealed FROM contact WHERE contact.account_id = found.account_id AND channel = 'PHONE' LIMIT 1) AS phone ON true
LEFT JOIN LATERAL (
    SELECT name, number, state FROM company_submission WHERE company_submission.account_id = found.account_id
    ORDER BY submission_id DESC LIMIT 1
) AS company ON true
ORDER BY account.account_id DESC
