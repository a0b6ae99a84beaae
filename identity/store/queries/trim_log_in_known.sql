-- Keeps the newest devices and sources of an address.
DELETE FROM log_in_known
WHERE email_index = $1 AND lane = ANY (ARRAY(
    SELECT lane FROM (SELECT * FROM log_in_known WHERE email_index = $1 OFFSET 0) AS known ORDER BY seen_time DESC, lane OFFSET $2))
