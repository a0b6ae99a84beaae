-- When the subject's step first left; no row when it never did.
-- in: account_id id, subject_id id, step text
-- out: sent_time time
SELECT min(sent_time) AS sent_time
  FROM attempt WHERE account_id = :account_id AND subject_id = :subject_id AND step = :step
HAVING min(sent_time) IS NOT NULL
