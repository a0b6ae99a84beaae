-- Codes sent to a destination since three moments (ID-11, S10).
-- in: destination_index bytes, short_start_time time, long_start_time time, minute_start_time time
-- out: short_count int64, long_count int64, minute_count int64
SELECT count(*) FILTER (WHERE send_time > :short_start_time) AS short_count, count(*) AS long_count,
       count(*) FILTER (WHERE send_time > :minute_start_time) AS minute_count
FROM code_send
WHERE destination_index = :destination_index AND (send_time > :long_start_time) IS TRUE -- not for an index: few are of one destination
