-- The roles of an account's own after one, oldest first.
-- in: account_id id, after_id id, limit int64
-- out: as custom_role_read
WITH own AS MATERIALIZED ( -- few, and found by the account alone
    SELECT role_id, account_id, name, allows, denies, written_by, create_time, update_time FROM custom_role WHERE account_id = :account_id
)
SELECT own.role_id, name, allows, denies, written_by, create_time, update_time, given.holders, given.reaches_below, given.owner_has
FROM own
CROSS JOIN LATERAL (
    SELECT count(*) AS holders, coalesce(bool_or(subtree), false) AS reaches_below,
           coalesce(bool_or(role_grant.principal_id = (SELECT account.principal_id FROM account WHERE account.account_id = own.account_id)), false)
               AS owner_has
    FROM role_grant WHERE custom_role_id = own.role_id
) AS given
WHERE own.role_id > :after_id
ORDER BY own.role_id
LIMIT :limit
