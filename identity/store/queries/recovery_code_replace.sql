-- New recovery codes of a principal in the place of all earlier ones, counted by the day.
-- in: principal_id id, code_macs bytes[], now time, day_start_time time
WITH earlier AS (
    DELETE FROM recovery_code WHERE principal_id = :principal_id
), counted AS (
    UPDATE factor_guard SET
        sets = CASE WHEN sets_time > :day_start_time THEN sets + 1 ELSE 1 END,
        sets_time = CASE WHEN sets_time > :day_start_time THEN sets_time ELSE :now END
    WHERE principal_id = :principal_id
)
INSERT INTO recovery_code (principal_id, code_mac) SELECT :principal_id, unnest(:code_macs)
