-- Keeps which rungs an account is below by now; no row comes back when another process has looked meanwhile.
-- in: account_id id, company_id id, before_rungs int64, rungs int64, now time
-- out: account_id id
INSERT INTO ladder (account_id, company_id, rungs, looked_time)
VALUES (:account_id, :company_id, :rungs, :now)
ON CONFLICT (account_id) DO UPDATE SET company_id = excluded.company_id, rungs = excluded.rungs, looked_time = excluded.looked_time
WHERE ladder.rungs = :before_rungs
RETURNING account_id
