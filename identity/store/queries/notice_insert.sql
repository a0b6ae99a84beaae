-- A notice to a principal, in the place of the oldest beyond so many.
-- in: notice_id id, principal_id id, account_id id?, kind text, subject text, body text, create_time time, others_max int64
WITH kept AS (
    INSERT INTO notice (notice_id, principal_id, account_id, kind, subject, body, create_time)
    VALUES (:notice_id, :principal_id, :account_id, :kind, :subject, :body, :create_time)
)
DELETE FROM notice
WHERE principal_id = :principal_id AND notice_id = ANY (ARRAY(
    SELECT notice_id FROM notice WHERE principal_id = :principal_id ORDER BY notice_id DESC OFFSET :others_max))
