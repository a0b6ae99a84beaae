-- Sets accounts under the company's main account (B.1); without one, the first of them, named apart, becomes it. The company's row is locked.
-- in: company_id id, main_account_id id, account_ids id[], begin_time time
WITH main AS (
    UPDATE company SET main_account_id = coalesce(main_account_id, :main_account_id) WHERE company_id = :company_id
    RETURNING main_account_id
)
INSERT INTO structure_edge (child_account_id, kind, version, parent_account_id, begin_time)
SELECT joining.account_id, 'GROUP',
       1 + (SELECT count(*) FROM structure_edge AS earlier WHERE earlier.child_account_id = joining.account_id AND earlier.kind = 'GROUP'),
       main_account_id, :begin_time
FROM main CROSS JOIN unnest(:account_ids) AS joining (account_id)
WHERE main_account_id <> joining.account_id
