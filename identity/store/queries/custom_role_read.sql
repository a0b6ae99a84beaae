-- A role of an account's own, how many have it, whether one has it with what is under the account, and whether the owner has it.
-- in: account_id id, role_id id
-- out: role_id id, name text, allows text, denies text, written_by id, create_time time, update_time time, holders int64, reaches_below bool, owner_has bool
SELECT own.role_id, name, allows, denies, written_by, create_time, update_time, given.holders, given.reaches_below, given.owner_has
FROM custom_role AS own
CROSS JOIN LATERAL (
    SELECT count(*) AS holders, coalesce(bool_or(subtree), false) AS reaches_below,
           coalesce(bool_or(role_grant.principal_id = (SELECT account.principal_id FROM account WHERE account.account_id = own.account_id)), false)
               AS owner_has
    FROM role_grant WHERE custom_role_id = own.role_id
) AS given
WHERE own.role_id = :role_id AND (own.account_id = :account_id) IS TRUE -- not for an index
