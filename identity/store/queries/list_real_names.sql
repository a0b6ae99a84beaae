-- Real names before one, newest first; of an account, of a person, or of all, in one state or in any: each question along an index of its
-- own.
-- in: account_id id?, person_id id?, state text?, before_id id, limit int64
-- out: submission_id id, account_id id, person_id id, country text, kind text, name_sealed bytes, number_sealed bytes, expire_time time?,
-- out: state text, reason text, submit_time time, decide_time time?
SELECT submission_id, account_id, person_id, country, kind, name_sealed, number_sealed, expire_time, state, reason, submit_time, decide_time
FROM (
    (SELECT *
     FROM real_name
     WHERE :account_id IS NOT NULL AND account_id = :account_id AND (:state IS NULL OR state = :state)
         AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT *
     FROM real_name
     WHERE :account_id IS NULL AND :person_id IS NOT NULL AND person_id = :person_id AND (:state IS NULL OR state = :state)
         AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT *
     FROM real_name
     WHERE :account_id IS NULL AND :person_id IS NULL AND state = :state AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT *
     FROM real_name
     WHERE :account_id IS NULL AND :person_id IS NULL AND :state IS NULL AND submission_id < :before_id
     ORDER BY submission_id DESC
     LIMIT :limit)
) AS submission
ORDER BY submission_id DESC
LIMIT :limit
