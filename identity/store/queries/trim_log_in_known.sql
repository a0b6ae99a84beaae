-- Keeps the newest devices and sources of an address.
DELETE FROM log_in_known
WHERE email_index = $1 AND lane IN (SELECT lane FROM log_in_known WHERE email_index = $1 ORDER BY seen_time DESC, lane OFFSET $2)
