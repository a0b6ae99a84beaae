-- Log-out.
-- in: token_hash bytes, revoke_time time
UPDATE session SET revoke_time = :revoke_time WHERE token_hash = :token_hash AND revoke_time IS NULL
