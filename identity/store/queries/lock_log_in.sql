-- Holds a principal who logs in, until what ends sessions or forgets devices is over or has to wait. No row when the password, or the epoch, is
-- another than the one that was looked at: a change of the password, and the end of all sessions, end those that are just being opened too
-- (ID-34).
-- in: principal_id id, password_hash text, session_epoch int64
-- out: principal_id id
SELECT principal_id
FROM principal
WHERE principal_id = :principal_id AND password_hash = :password_hash AND session_epoch = :session_epoch AND (delete_time IS NULL) IS TRUE
FOR SHARE
