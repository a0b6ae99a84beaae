-- What a principal was told before a notice, newest first.
-- in: principal_id id, kind text?, start_time time?, end_time time?, unread bool, before_id id, limit int64
-- out: notice_id id, account_id id?, kind text, subject text, body text, create_time time, read_time time?
SELECT notice_id, account_id, kind, subject, body, create_time, read_time
FROM notice
WHERE principal_id = :principal_id AND notice_id < :before_id AND (:kind IS NULL OR kind = :kind)
    AND (:start_time IS NULL OR create_time >= :start_time) AND (:end_time IS NULL OR create_time < :end_time)
    AND (NOT :unread OR read_time IS NULL)
ORDER BY notice_id DESC
LIMIT :limit
