-- Codes sent to a destination since two moments (ID-11).
SELECT count(*) FILTER (WHERE send_time > $2) AS short_count, count(*) AS long_count
FROM code_send
WHERE destination_index = $1 AND send_time > $3
