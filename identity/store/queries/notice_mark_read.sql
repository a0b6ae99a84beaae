-- A principal has read some of its notices, or all.
-- in: principal_id id, notice_ids id[], whole bool, read_time time
-- out: notice_id id
UPDATE notice SET read_time = :read_time
WHERE principal_id = :principal_id AND read_time IS NULL AND (:whole OR notice_id = ANY (:notice_ids))
RETURNING notice_id
