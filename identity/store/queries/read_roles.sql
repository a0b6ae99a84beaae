-- The roles of two principals in an account, whether the first one operates, how many administrators there are and whether the second
-- one exists and opened the account.
-- in: account_id id, caller_id id, member_id id
-- out: caller_roles text, caller_operates bool, member_roles text, administrators int64, member_exists bool, member_owns bool
SELECT coalesce((SELECT array_to_string(array_agg(role), ' ') FROM role_grant WHERE account_id = :account_id
    AND principal_id = :caller_id), '') AS caller_roles,
       coalesce((SELECT operator AND delete_time IS NULL FROM principal WHERE principal_id = :caller_id), false) AS caller_operates,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant WHERE account_id = :account_id
           AND principal_id = :member_id), '') AS member_roles,
       (SELECT count(*) FROM role_grant WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR') AS administrators,
       coalesce((SELECT delete_time IS NULL AND NOT operator FROM principal WHERE principal_id = :member_id),
           false) AS member_exists,
       EXISTS (SELECT FROM account WHERE account_id = :account_id AND principal_id = :member_id) AS member_owns
