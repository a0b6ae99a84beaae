-- After a right password: the failures of its lane are forgotten, and this log-in does not count as a failure of the day.
-- in: email_index bytes, lane bytes, within_day bool
WITH lane AS (
    DELETE FROM log_in_lane WHERE email_index = :email_index AND lane = :lane
)
UPDATE log_in_day SET failures = greatest(failures - 1, 0) WHERE email_index = :email_index AND :within_day
