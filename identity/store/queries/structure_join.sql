-- Sets a verified account under its company's main account (B.1); the first one becomes it. The company's row is locked.
-- in: company_id id, account_id id, begin_time time
WITH main AS (
    UPDATE company SET main_account_id = coalesce(main_account_id, :account_id) WHERE company_id = :company_id
    RETURNING main_account_id
)
INSERT INTO structure_edge (child_account_id, kind, version, parent_account_id, begin_time)
SELECT :account_id, 'GROUP', 1 + (SELECT count(*) FROM structure_edge WHERE child_account_id = :account_id AND kind = 'GROUP'),
       main_account_id, :begin_time
FROM main WHERE main_account_id <> :account_id
