-- When the subject's step first left; no row when it never did.
SELECT min(sent_time)
  FROM attempt WHERE account_id = $1::uuid AND subject_id = $2::uuid AND step = $3::text
HAVING min(sent_time) IS NOT NULL
