-- What two principals hold in an account, whether the first one operates, how many administrators there are and whether the second
-- one exists and opened the account.
SELECT coalesce((SELECT array_to_string(array_agg(role), ' ') FROM role_grant WHERE account_id = $1 AND principal_id = $2), '') AS caller_roles,
       coalesce((SELECT operator AND delete_time IS NULL FROM principal WHERE principal_id = $2), false) AS caller_operates,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant WHERE account_id = $1 AND principal_id = $3), '') AS member_roles,
       (SELECT count(*) FROM role_grant WHERE account_id = $1 AND role = 'ACCOUNT_ADMINISTRATOR') AS administrators,
       coalesce((SELECT delete_time IS NULL AND NOT operator FROM principal WHERE principal_id = $3), false) AS member_exists,
       EXISTS (SELECT FROM account WHERE account_id = $1 AND principal_id = $3) AS member_owns
