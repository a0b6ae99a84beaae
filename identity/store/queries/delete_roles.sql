-- Takes all roles of a member.
-- in: account_id id, principal_id id
DELETE FROM role_grant WHERE account_id = :account_id AND principal_id = :principal_id
