-- A right password forgets the failures of its lane before it, and was none within the day.
WITH lane AS (
    DELETE FROM log_in_lane WHERE email_index = $1 AND lane = $2
)
UPDATE log_in_day SET failures = greatest(failures - 1, 0) WHERE email_index = $1 AND $3::boolean
