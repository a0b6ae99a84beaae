-- Submissions before one, newest first; of one account or of all, in one state or in any: each question along an index of its
-- own.
SELECT submission_id, account_id, country, scheme, number, name, state, reason, company_id, submit_time, decide_time
FROM (
    (SELECT *
     FROM company_submission
     WHERE $1::uuid IS NOT NULL AND account_id = $1 AND ($2::text IS NULL OR state = $2) AND submission_id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
     ORDER BY submission_id DESC
     LIMIT $4)
    UNION ALL
    (SELECT *
     FROM company_submission
     WHERE $1::uuid IS NULL AND state = $2 AND submission_id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
     ORDER BY submission_id DESC
     LIMIT $4)
    UNION ALL
    (SELECT *
     FROM company_submission
     WHERE $1::uuid IS NULL AND $2::text IS NULL AND submission_id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
     ORDER BY submission_id DESC
     LIMIT $4)
) AS submission
ORDER BY submission_id DESC
LIMIT $4
