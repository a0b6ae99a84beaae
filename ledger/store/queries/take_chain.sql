-- For a change outside of a batch: locks what the company has here, and makes every memory of it stale.
UPDATE chain SET revision = $2 WHERE company_id = $1
