-- After the main account left: the first verified of the others is the main account, and they are under it.
-- in: company_id id, begin_time time
WITH next AS (
    SELECT account_id FROM company_submission WHERE company_id = :company_id AND (state = 'VERIFIED') IS TRUE
    ORDER BY decide_time, submission_id LIMIT 1
), main AS (
    UPDATE company SET main_account_id = (SELECT account_id FROM next) WHERE company_id = :company_id RETURNING main_account_id
)
INSERT INTO structure_edge (child_account_id, kind, version, parent_account_id, begin_time)
SELECT member.account_id, 'GROUP',
       1 + (SELECT count(*) FROM structure_edge AS earlier WHERE earlier.child_account_id = member.account_id AND earlier.kind = 'GROUP'),
       main.main_account_id, :begin_time
FROM main JOIN company_submission AS member ON member.company_id = :company_id AND (member.state = 'VERIFIED') IS TRUE
    AND member.account_id <> main.main_account_id
