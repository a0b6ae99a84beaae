-- Whether one of two principals made the other an administrator, anywhere.
-- in: one_id id, other_id id
-- out: appointed bool
SELECT EXISTS (SELECT FROM role_grant WHERE principal_id = :one_id AND (granted_by = :other_id AND role = 'ACCOUNT_ADMINISTRATOR') IS TRUE)
    OR EXISTS (SELECT FROM role_grant WHERE principal_id = :other_id AND (granted_by = :one_id AND role = 'ACCOUNT_ADMINISTRATOR') IS TRUE)
    AS appointed -- the principals are what to look for
