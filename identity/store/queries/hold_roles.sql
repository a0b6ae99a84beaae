-- Keeps the roles of a principal from being taken before this transaction has ended.
-- in: principal_id id
-- out: account_id id
SELECT account_id FROM role_grant WHERE principal_id = :principal_id FOR KEY SHARE
