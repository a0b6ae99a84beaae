-- Codes sent to a destination since three moments (ID-11, S10).
SELECT count(*) FILTER (WHERE send_time > $2) AS short_count, count(*) AS long_count,
       count(*) FILTER (WHERE send_time > $4) AS minute_count
FROM code_send
WHERE destination_index = $1 AND (send_time > $3) IS TRUE -- not for an index: few are of one destination
