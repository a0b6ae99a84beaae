-- A key acts below its account only when its program did when it was made: whoever got its secret then is given no more later (GW-13).
ALTER TABLE program_key ADD COLUMN reaches_below boolean NOT NULL DEFAULT false;
UPDATE program_key SET reaches_below = true
WHERE EXISTS (SELECT FROM role_grant WHERE role_grant.principal_id = program_key.principal_id AND subtree);
