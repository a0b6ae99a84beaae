-- Log-out.
UPDATE session SET revoke_time = $2 WHERE token_hash = $1 AND revoke_time IS NULL
