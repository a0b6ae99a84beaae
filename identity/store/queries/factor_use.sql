-- Takes a step of a factor, once: no row when it was taken before, or when the factor counts (does not count) against what was expected.
-- A factor that is proved counts, and stays. Passkeys
-- that are on several devices have no counter: it stays 0.
-- in: principal_id id, factor_id id, counter int64, use_time time, waits bool
-- out: factor_id id
UPDATE factor SET counter = :counter, use_time = :use_time, confirm_time = coalesce(confirm_time, :use_time), remove_time = NULL
WHERE factor_id = :factor_id AND principal_id = :principal_id 
    AND (counter < :counter OR kind = 'WEBAUTHN' AND counter = 0 AND :counter = 0) AND (confirm_time IS NULL) = :waits
RETURNING factor_id
