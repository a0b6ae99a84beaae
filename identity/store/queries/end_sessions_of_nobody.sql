-- Ends the sessions of a principal who has neither an account of its own nor a role in another's any more (ID-20).
-- in: principal_id id, now time
UPDATE session SET revoke_time = :now
WHERE principal_id = :principal_id AND revoke_time IS NULL
  AND NOT EXISTS (SELECT FROM role_grant WHERE role_grant.principal_id = :principal_id)
  AND (SELECT account_id IS NULL AND NOT operator FROM principal WHERE principal.principal_id = :principal_id)
