-- Submissions before one, newest first; of one account or of all, in one state or in any: each question along an index of its
-- own.
-- in: account_id id?, state text?, before_id id, limit int64
-- out: submission_id id, account_id id, country text, scheme text, number text, name text, state text, reason text, company_id id?,
-- out: submit_time time, decide_time time?
SELECT submission_id, account_id, country, scheme, number, name, state, reason, company_id, submit_time, decide_time
FROM (
    (SELECT *
     FROM company_submission
     WHERE :account_id IS NOT NULL AND account_id = :account_id AND (:state IS NULL OR state = :state)
         AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT *
     FROM company_submission
     WHERE :account_id IS NULL AND state = :state AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT *
     FROM company_submission
     WHERE :account_id IS NULL AND :state IS NULL AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
) AS submission
ORDER BY submission_id DESC
LIMIT :limit
