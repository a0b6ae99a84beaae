-- Whether one of two principals made the other an administrator, anywhere.
-- in: one_id id, other_id id
-- out: appointed bool
SELECT EXISTS (SELECT FROM role_grant WHERE role = 'ACCOUNT_ADMINISTRATOR'
    AND ((principal_id = :one_id AND granted_by = :other_id) OR (principal_id = :other_id AND granted_by = :one_id))) AS appointed
