-- For a change outside of a batch: locks what the company has here, and makes every cache of it stale.
-- in: company_id id, revision id
UPDATE chain SET revision = :revision WHERE company_id = :company_id
