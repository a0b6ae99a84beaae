-- Those who administer an account, a bounded number.
-- in: account_id id
-- out: principal_id id
SELECT principal_id
FROM (SELECT principal_id FROM role_grant WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR' OFFSET 0) AS held
ORDER BY principal_id
LIMIT 100
