-- How many factors of a principal count.
-- in: principal_id id
-- out: counting int64
SELECT count(*) AS counting FROM factor WHERE principal_id = :principal_id AND (confirm_time IS NOT NULL) IS TRUE -- not for an index
